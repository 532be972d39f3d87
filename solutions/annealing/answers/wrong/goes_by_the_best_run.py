"""Calls the schedule with the best single run the best, instead of the one with the highest mean.

Caught by: test_reading_goes_by_the_mean, test_reading_finds_those_within_the_noise
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    spread = {name: np.var(values, ddof=1) / len(values) for name, values in accuracies.items()}
    best = max(accuracies, key=lambda name: max(accuracies[name]))
    others = [name for name in accuracies if name != best]
    return best, [name for name in others if mean[best] - mean[name] <= 2 * np.sqrt(spread[best] + spread[name])]
