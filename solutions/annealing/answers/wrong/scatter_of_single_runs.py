"""Takes the scatter of single runs for the uncertainty of their mean: the division by n is forgotten.

Caught by: test_reading_sees_a_real_difference, test_reading_finds_those_within_the_noise,
    test_reading_with_unequal_numbers_of_seeds
"""


# cell: reading
def read_result(accuracies):
    mean = {name: np.mean(values) for name, values in accuracies.items()}
    spread = {name: np.var(values, ddof=1) for name, values in accuracies.items()}
    best = max(mean, key=mean.get)
    others = [name for name in accuracies if name != best]
    return best, [name for name in others if mean[best] - mean[name] <= 2 * np.sqrt(spread[best] + spread[name])]
