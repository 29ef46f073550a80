"""What a scan is, and how it is read, made and labelled.

Modules:
    scan, truth: a scan; what a person or the simulator says of it.
    errors: every exception this project raises.
    physics: transmission, attenuation, noise and materials.
    formats: scans in files.
    annotations: labels in files of other tools.
    dataset, splits: scans with truth, and how they are parted.
    catalog: datasets with versions: import, share out, compare, hand to tools.
    duplicates: which scans show one thing.
    station_records: what operators decided and searches found.
    onboarding: what can be told of a scanner that nobody has seen.
    simulation, simulated_dataset: scans made from nothing.
    projection, projected_dataset: threats put into clean scans.
    dataset_writing: folders that a long run fills.
    masks: silhouettes as run lengths.
    rendering, display, fading: counts as a vendor would show them, and what is lost so.
    parallel, files, environment: many processes; whole files; other packages tamed.
"""
