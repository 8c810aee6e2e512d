"""The asv suites: what is asked, and how it is measured.

    depth.py, ...   the suites, one question each, at the root because asv looks there
    common.py       what every suite measures
    __main__.py     the command line
    commands/       its commands: their options, and what they run
    cases/          what can be asked: cases, grid, profiles, libraries
    workloads/      what a case runs: layers, the floor, an epoch, other libraries' layers
    measure/        from a case to its record: gate, rounds, interleaved groups
    instruments/    clocks, memory, load, machine: they know no neuron
    drive/          runs asv and keeps its results
    standalone/     measures without asv
    paper/          the paper's experiments

A suite imports common, and that measure, workloads, instruments, cases, each only those after it.
The commands import paper and standalone, which import drive, and that instruments and cases.

Every module here is imported by asv's discovery in the environment it measures: importing must
run no torch operation and touch no device, and may need no more than the `bench` extra.
"""
