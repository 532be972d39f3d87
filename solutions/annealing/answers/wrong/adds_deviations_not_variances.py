"""Adds the uncertainties of two means, where their squares add: the yardstick is too long.

Caught by: test_reading_finds_those_within_the_noise
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    spread = {name: np.var(values, ddof=1) / len(values) for name, values in accuracies.items()}
    best = max(mean, key=mean.get)
    others = [name for name in accuracies if name != best]
    noise = {name: 2 * (np.sqrt(spread[best]) + np.sqrt(spread[name])) for name in others}
    return best, [name for name in others if mean[best] - mean[name] <= noise[name]]
