"""The wheel's packages: what measures and what reports travel under names of their own.

A package named `benchmarks` or `reports` in an environment would hide a user's own folder of that
name.
"""

from setuptools import find_packages, setup

NAMES = {"benchmarks": "spsn_bench", "reports": "spsn_report"}
packages = find_packages(include=["spsn_ref", "spsn_ref.*"])
for folder, name in NAMES.items():
    found = find_packages(include=[folder, f"{folder}.*"])
    packages += [name + package.removeprefix(folder) for package in found]
setup(packages=packages, package_dir={name: folder for folder, name in NAMES.items()})
