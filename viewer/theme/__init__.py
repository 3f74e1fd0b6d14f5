"""Colours, type, sizes and durations by meaning, and the application's style sheet.

``tokens`` names what stands in ``assets/tokens.json``; ``fonts`` the bundled faces; ``curves`` the easing;
``colours`` gives Qt colours; ``stylesheet`` the widgets' look.
"""
