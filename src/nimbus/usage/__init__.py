"""What a workspace uses, against what it may: one page of numbers, each with its proof."""
