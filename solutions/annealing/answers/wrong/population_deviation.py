"""Uses NumPy's default, the deviation of a whole population (division by n), for a sample of seeds.

Caught by: test_reading_with_two_seeds
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    spread = {name: np.var(values) / len(values) for name, values in accuracies.items()}
    best = max(mean, key=mean.get)
    others = [name for name in accuracies if name != best]
    return best, [name for name in others if mean[best] - mean[name] <= 2 * np.sqrt(spread[best] + spread[name])]
