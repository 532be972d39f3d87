import pytest
import torch

from course_lib.models import Residual, mlp, resnet9, small_cnn


@pytest.mark.parametrize("model", [mlp, small_cnn])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 5, 7)])
def test_a_model_takes_images_of_any_shape_and_gives_a_logit_a_class(model, shape):
    assert model(shape, 7)(torch.zeros(4, *shape)).shape == (4, 7)


def test_an_mlp_has_the_hidden_layers_that_were_asked_for():
    widths = [layer.out_features for layer in mlp(hidden=(32, 16)) if isinstance(layer, torch.nn.Linear)]
    assert widths == [32, 16, 10]


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28)])
def test_a_residual_network_takes_images_of_any_shape_and_its_blocks_add(shape):
    model = resnet9(shape, 7, width=4)
    assert model(torch.zeros(4, *shape)).shape == (4, 7)
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in model.modules()) == 8
    block = Residual(torch.nn.Linear(3, 3))
    inputs = torch.randn(2, 3)
    torch.testing.assert_close(block(inputs) - inputs, block.branch(inputs))
