"""Numbers beyond the field's own arithmetic: roots and signs, sums with carries, order, dates, many limbs."""
