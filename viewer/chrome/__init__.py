"""The window's own parts around the canvas: title bar, transport, menus, messages.

Nothing here knows the simulated host; widgets show the session and ask it through named actions.
"""
