"""Calls two schedules as good when their ranges overlap, whatever their means and however many runs there are.

Caught by: test_reading_sees_a_real_difference, test_reading_finds_those_within_the_noise,
    test_reading_with_two_seeds, test_reading_with_unequal_numbers_of_seeds
"""


# cell: reading
def read_result(accuracies):
    best = max(accuracies, key=lambda name: np.mean(accuracies[name]))
    others = [name for name in accuracies if name != best]
    return best, [name for name in others if max(accuracies[name]) >= min(accuracies[best])]
