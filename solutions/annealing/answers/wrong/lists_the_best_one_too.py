"""Lists the best schedule among those that are as good as it: its difference from itself is 0.

Caught by: test_reading_sees_a_real_difference, test_reading_finds_those_within_the_noise,
    test_reading_with_two_seeds, test_reading_with_unequal_numbers_of_seeds
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    spread = {name: np.var(values, ddof=1) / len(values) for name, values in accuracies.items()}
    best = max(mean, key=mean.get)
    return best, [name for name in mean if mean[best] - mean[name] <= 2 * np.sqrt(spread[best] + spread[name])]
