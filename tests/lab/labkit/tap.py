"""Keeps all that goes over a host's cable.  usage: tap.py INTERFACE FILE"""

import socket
import sys
import time

ETH_P_ALL = 3


def main(interface, path):
    cable = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                          socket.htons(ETH_P_ALL))
    cable.bind((interface, 0))
    with open(path, "wb", buffering=0) as kept:
        while True:
            try:
                kept.write(cable.recv(65536) + b"\n")
            except OSError:     # the cable was pulled
                time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
