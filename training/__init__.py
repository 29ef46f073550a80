"""Fine-tune a detector on annotated scans.

From the scans to the run:
    config: what a training is asked to do.
    train: one training, from a dataset to a run folder.
    begun: what it began with, so that a killed one goes on as the same.
    gathering: what it learns from.
    prepared, store: scans at the network's scale, in transmission, on disk.
    things: firearms and harmless things in air, to be projected.

From scans to tiles:
    drawing: tiles, each from its own seed.
    windows: parts of scans with their truth.
    projecting: things put into them.
    exposing: dose, scatter, blur, gain.
    painting: the planes that a network sees.
    fading: firearms that a rendering hides.
    augment: what may be varied in these.
    loading: tiles in the order of the steps, by several processes.
    echoing: the tiles of a step once more, mirrored.

From tiles to a network:
    base, network: what it starts from, and what it is.
    loss, schedule, fit, state: how it learns, epoch by epoch.
    devices, recording: what it runs on.
    watch, mining: what it finds on whole scans, and by mistake.
    epoch, curves, tracking: how it went.
    averaging: the mean of several networks.

    plain: what a user would do without us, to compare with.
"""
