"""What went wrong in a run (`diagnose`), and what a trained model is like: sharpness, noise, bias, robustness."""

from course_lib.diagnostics.bias_variance import bias_variance, log_probabilities, squared_error_parts
from course_lib.diagnostics.checklist import CHECKLIST, Entry
from course_lib.diagnostics.diagnose import diagnose
from course_lib.diagnostics.findings import Finding, Report
from course_lib.diagnostics.noise_scale import NoiseScale, gradient_noise_scale, noise_scale
from course_lib.diagnostics.robustness import corrupt_labels, input_noise_curve, label_noise_curve, weight_noise_curve
from course_lib.diagnostics.sharpness import Sharpness, sharpness, top_eigenvalue

__all__ = [
    "CHECKLIST",
    "Entry",
    "Finding",
    "NoiseScale",
    "Report",
    "Sharpness",
    "bias_variance",
    "corrupt_labels",
    "diagnose",
    "gradient_noise_scale",
    "input_noise_curve",
    "label_noise_curve",
    "log_probabilities",
    "noise_scale",
    "sharpness",
    "squared_error_parts",
    "top_eigenvalue",
    "weight_noise_curve",
]
