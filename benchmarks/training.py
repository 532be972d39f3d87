"""What `fit` costs beside a bare loop over the same tensors, and beside Lightning and fastai.

``python benchmarks/training.py`` measures the bare loop, and ``--peers`` the peers as well (see `peers.py`). With
``--cifar DIR`` the GPU is measured instead: CIFAR-10, the small CNN and a ResNet-9, and Lightning with workers.

One run measures all of them, in turn, so that a machine whose speed drifts cannot favour any; a ratio is the median
over the rounds. The bare loop makes the same updates on the same batches in the same layout, and nothing else: no
history, no schedule. `fit` has no validation part here; what an epoch's evaluation adds is measured apart.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from course_lib.data import ImageData, load
from course_lib.models import mlp, resnet9, small_cnn
from course_lib.optimizers import SGD
from course_lib.schedules import Constant
from course_lib.training import fit

EPOCHS = 2
BATCH_SIZE = 128
WORKERS = 8
Make = Callable[[], nn.Module]
MODELS: dict[str, Make] = {"small_cnn": small_cnn, "mlp": mlp}
MODELS_ON_A_GPU: dict[str, Make] = {
    "small_cnn on a GPU": partial(small_cnn, (3, 32, 32)),
    "resnet9 on a GPU": partial(resnet9, (3, 32, 32)),
}
# At least so many times as long as `fit`; the beginning of a competitor's name is enough.
GOALS = {
    "small_cnn": {"Lightning, documented": 1.4, "fastai, documented": 2.5},
    "mlp": {"Lightning, documented": 2.0, "fastai, documented": 5.0},
    "small_cnn on a GPU": {"Lightning, documented": 5.0},
    "resnet9 on a GPU": {},
}
MOST_OVER_BARE = 1.03

Seconds = Callable[[nn.Module], float]


def bare_loop(model: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Seconds an epoch of a loop with nothing in it but the updates."""
    model = model.to(memory_format=torch.channels_last)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    order = torch.Generator().manual_seed(0)
    _wait(inputs)
    started = time.perf_counter()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(labels), generator=order).to(inputs.device).split(BATCH_SIZE):
            loss = cross_entropy(model(inputs[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    _wait(inputs)
    return (time.perf_counter() - started) / EPOCHS


def _wait(tensor: Tensor) -> None:
    if tensor.is_cuda:
        torch.cuda.synchronize()


def our_fit(model: nn.Module, data: ImageData) -> float:
    """Seconds an epoch of `fit`, as its history has them."""
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    history = fit(model, data, optimizer, Constant(0.05), epochs=EPOCHS, batch_size=BATCH_SIZE)
    return float(history.epochs["seconds"].mean())


def normalised(data: ImageData) -> tuple[Tensor, Tensor]:
    """Training images as every competitor but `fit` gets them, and their labels."""
    mean, std = (statistic.view(1, -1, 1, 1) for statistic in data.statistics())
    return (data.train.images.float() / 255 - mean) / std, data.train.labels


def other_trainers(inputs: Tensor, labels: Tensor) -> dict[str, Seconds]:
    """The peers' ways to train, by name; Lightning alone, with workers, on a GPU."""
    import peers  # not installed everywhere

    arguments = (inputs, labels, BATCH_SIZE)
    workers = WORKERS if inputs.is_cuda else 0
    plain, sliced = peers.documented(*arguments, workers=workers), peers.in_our_layout(*arguments)

    def channels_last(model: nn.Module) -> nn.Module:
        return model.to(memory_format=torch.channels_last)

    trainers: dict[str, Seconds] = {
        "Lightning, documented": lambda model: peers.lightning_seconds(model, plain, EPOCHS),
        "Lightning, our layout": lambda model: peers.lightning_seconds(channels_last(model), sliced, EPOCHS),
    }
    if inputs.is_cuda:
        return trainers
    import fastai_peer

    own = fastai_peer.fastai_own(*arguments)
    loaders, slices = fastai_peer.for_fastai(plain), fastai_peer.for_fastai(sliced)
    return trainers | {
        "fastai, documented, torch's loader": lambda model: fastai_peer.fastai_seconds(model, loaders, EPOCHS),
        "fastai, documented, own loader": lambda model: fastai_peer.fastai_seconds(model, own, EPOCHS),
        "fastai, our layout": lambda model: fastai_peer.fastai_seconds(channels_last(model), slices, EPOCHS),
    }


def report(name: str, seconds: dict[str, list[float]]) -> None:
    """Print one line a competitor: seconds an epoch, and the ratio to `fit`."""
    print(f"\n{name}")
    print(f"  {'fit':<36}{statistics.median(seconds['fit']):8.3f} s")
    for competitor, theirs in seconds.items():
        if competitor == "fit":
            continue
        ratio = statistics.median(their / our for their, our in zip(theirs, seconds["fit"], strict=True))
        goal = "".join(
            f"  (goal: at least {least}x)" for start, least in GOALS[name].items() if competitor.startswith(start)
        )
        if competitor == "bare loop":
            over = statistics.median(our / their for their, our in zip(theirs, seconds["fit"], strict=True))
            goal = f"  fit is {over:.3f}x of it (goal: at most {MOST_OVER_BARE}x)"
        print(f"  {competitor:<36}{statistics.median(theirs):8.3f} s  {ratio:5.2f}x{goal}")


def main() -> None:
    """Measure, and print a table a model."""
    parser = argparse.ArgumentParser(description="What fit costs beside a bare loop, and beside other trainers.")
    parser.add_argument("--peers", action="store_true", help="measure Lightning and fastai as well")
    parser.add_argument("--rounds", type=int, default=9, help="how often each takes its turn")
    parser.add_argument("--cifar", metavar="DIR", help="measure the GPU, on CIFAR-10 in this folder")
    options = parser.parse_args()

    torch.set_num_threads(2)
    device = torch.device("cuda" if options.cifar else "cpu")
    whole = load("cifar10", options.cifar) if options.cifar else load("fashion-mini")
    looked_at = replace(whole, valid=whole.test)
    inputs, labels = (tensor.to(device) for tensor in normalised(whole))
    competitors: dict[str, Seconds] = {
        "fit": lambda model: our_fit(model, whole),
        "bare loop": lambda model: bare_loop(model, inputs, labels),
        f"fit, {len(whole.test):,} images evaluated an epoch": lambda model: our_fit(model, looked_at),
    }
    if options.peers:
        competitors |= other_trainers(inputs, labels)
    where = torch.cuda.get_device_name() if options.cifar else f"{torch.get_num_threads()} threads"
    print(
        f"{whole.name}, {len(whole.train):,} images, batch {BATCH_SIZE}, {where}; seconds an epoch, and as a multiple "
        f"of fit's: medians of {options.rounds} rounds of {EPOCHS} epochs"
    )
    for name, make in (MODELS_ON_A_GPU if options.cifar else MODELS).items():
        for run in competitors.values():
            run(make().to(device))  # the first run pays for start-up
        names, rounds = list(competitors), []
        for number in range(options.rounds):
            turn = names[number % len(names) :] + names[: number % len(names)]  # what comes before may leave a trace
            rounds.append({competitor: competitors[competitor](make().to(device)) for competitor in turn})
        report(name, {competitor: [row[competitor] for row in rounds] for competitor in competitors})


if __name__ == "__main__":
    main()
