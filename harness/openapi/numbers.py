"""Compare JSON numbers by their decimal values, as they are written and not as floats round them."""

from decimal import Decimal

# In digits: 1e2000 beside 1 would have to be written out to be divided.
_MAX_SHIFT = 2000
"""No number with more digits than this between its ends is worth an exact division."""


def is_multiple(value: Decimal | float, divisor: Decimal | float) -> bool:
    """Return whether a number is a whole multiple of another (JSON Schema 2020-12, validation 6.2.1)."""
    number, step = (_parts(each) for each in (value, divisor))
    if number is None or step is None or step[0] == 0:
        return True  # what has no decimal value breaks other rules
    digits, exponent = number
    step_digits, step_exponent = step
    shift = exponent - step_exponent
    if shift >= 0:
        # By powers modulo the divisor, so that a number such as 1e400 is never written out.
        return digits % step_digits * pow(10, shift, step_digits) % step_digits == 0
    if -shift > _MAX_SHIFT:
        # With so many more decimals than the divisor has, only zero is a multiple of it.
        return digits == 0
    scale: int = 10**-shift
    return digits % (step_digits * scale) == 0


def _parts(value: Decimal | float) -> tuple[int, int] | None:
    """Return a number as an integer times a power of ten; None for what is not finite."""
    # repr is the shortest text that gives the float again, hence what stood in the JSON.
    found = value if isinstance(value, Decimal) else Decimal(repr(value))
    sign, digits, exponent = found.as_tuple()
    if not isinstance(exponent, int):
        return None
    whole = int("".join(map(str, digits)) or "0")
    return (-whole if sign else whole), exponent


def exact(written: str) -> float | Decimal:
    """Return a JSON number with a fraction or exponent: as a float where that is the same number."""
    number = float(written)
    # Most numbers are the same as a float, which is faster to work with and shorter to print.
    try:
        precise = Decimal(written)
    except ArithmeticError:  # an exponent of more than 18 digits
        return number
    return number if Decimal(repr(number)) == precise else precise
