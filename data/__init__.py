"""What a scan is, and how it is read, made and labelled.

Modules:
    scan, truth: a scan; what a person or the simulator says of it.
    errors: every exception this project raises.
    physics: transmission, attenuation, noise and materials.
    formats: scans in files.
    annotations: labels in files of other tools.
    dataset, simulated_dataset, splits: scans with truth, and how they are parted.
    simulation: scans made from nothing.
    rendering, display: counts as a vendor would show them.
    parallel, files, environment: many processes; whole files; other packages tamed.
"""
