"""Divides by the number of seeds of the best schedule throughout, as if all had as many.

Caught by: test_reading_with_unequal_numbers_of_seeds
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    best = max(mean, key=mean.get)
    seeds = len(accuracies[best])
    spread = {name: np.var(values, ddof=1) / seeds for name, values in accuracies.items()}
    others = [name for name in accuracies if name != best]
    return best, [name for name in others if mean[best] - mean[name] <= 2 * np.sqrt(spread[best] + spread[name])]
