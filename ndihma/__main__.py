from ndihma.cli import main

main()
