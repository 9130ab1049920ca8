"""The command's words and what each does."""

import click

from shared.cli import campaigns, data, office, serving, storage


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="niemno")
def main() -> None:
    """Niềm Nở: đánh giá, phản ánh và thi đua cải cách hành chính."""


for module in (serving, office, data, campaigns, storage):
    for command in module.COMMANDS:
        main.add_command(command)
