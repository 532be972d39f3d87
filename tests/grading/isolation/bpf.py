"""What the kernel would do with a filter, worked out without the kernel: for calls that no test may really make."""

import struct

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_JUMPS = {
    0x00: lambda value, constant: True,
    0x10: lambda value, constant: value == constant,
    0x20: lambda value, constant: value > constant,
    0x30: lambda value, constant: value >= constant,
    0x40: lambda value, constant: bool(value & constant),
}


def verdict(program: bytes, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """The action for a call; only what libseccomp's filters are made of is understood."""
    padded = [argument & (2**64 - 1) for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *padded)
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, constant = struct.unpack_from("<HBBI", program, 8 * position)
        position += 1
        if code == 0x20:  # load a word
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif code == 0x54:  # and
            accumulator &= constant
        elif code == 0x05:  # jump
            position += constant
        elif code & 0x07 == 0x05:  # jump on a test
            position += if_true if _JUMPS[code & 0xF0](accumulator, constant) else if_false
        elif code == 0x06:  # return
            return constant
        else:
            raise NotImplementedError(f"instruction {code:#x}")
