"""Let `python -m harness` be `harness`."""

from harness.cli.main import main

if __name__ == "__main__":
    main()
