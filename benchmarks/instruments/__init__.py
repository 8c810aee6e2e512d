"""Clock, memory, energy, load, spikes and machine fingerprint: how to measure, no word of what."""
