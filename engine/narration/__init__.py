"""What happens, in words: a sentence for each step and for the state of each object.

For the event list, for captions and for screen readers. Names are the kernel's, numbers are exact, and nothing is said
that the timeline does not tell. A packet is the letter of its flow and its number there, counted from 1: A 163::

    cursor = Cursor(timeline)
    for step in range(timeline.steps):
        print(sentence(timeline, step, cursor))
"""

from engine.narration.book import packet_name
from engine.narration.state import state_sentence
from engine.narration.steps import does, headline, place, sentence

__all__ = ["does", "headline", "packet_name", "place", "sentence", "state_sentence"]
