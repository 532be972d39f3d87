"""Submissions that reach for the machine that grades them."""

from tests.attacks.attack import Attack

ATTACKS = (
    Attack(
        "files-outside",
        "Writes, renames, links and deletes in every folder of the host whose name it knows.",
        """
import os, shutil
def attempt(act, *args, **kwargs):
    try:
        act(*args, **kwargs)
    except (OSError, shutil.Error):
        pass
for folder in [*target["folders"], "/", "/usr/local", "/etc", "/var/tmp", "/root", "/run"]:
    own = f"{folder}/owned-{target['token']}"
    attempt(lambda: open(own, "w").write("owned"))
    attempt(os.mkdir, own + "-folder")
    attempt(os.symlink, "/etc/passwd", own + "-link")
    attempt(os.mkfifo, own + "-fifo")
    for name in os.listdir(folder) if folder in target["folders"] and os.path.isdir(folder) else ():
        attempt(lambda: open(f"{folder}/{name}", "a").write("owned"))
        attempt(os.chmod, f"{folder}/{name}", 0o777)
        attempt(os.utime, f"{folder}/{name}", (0, 0))
for path in target["secrets"]:
    attempt(os.rename, path, path + ".owned")
    attempt(os.unlink, path)
    attempt(os.link, path, "/tmp/linked")
def double(x):
    return 0.0
""",
    ),
    Attack(
        "dot-files",
        "Adds itself to the files that a shell, git, ssh and cron read.",
        """
import os
for folder in (target["home"], os.path.expanduser("~"), "/root", "/etc"):
    for name in (".bashrc", ".profile", ".gitconfig", ".ssh/authorized_keys", ".netrc", "crontab", "ld.so.preload"):
        try:
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            with open(f"{folder}/{name}", "a") as file:
                file.write(f"touch {target['folders'][0]}/owned-{target['token']}\\n")
        except OSError:
            pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "network",
        "Knocks at a server on the host's loopback, by TCP, UDP, and Unix sockets with and without a path.",
        """
import socket
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, tuple(target["tcp"])),
    (socket.AF_INET, socket.SOCK_DGRAM, tuple(target["tcp"])),
    (socket.AF_INET6, socket.SOCK_STREAM, ("::1", target["tcp"][1])),
    (socket.AF_UNIX, socket.SOCK_STREAM, target["unix"]),
    (socket.AF_UNIX, socket.SOCK_STREAM, target["abstract"]),
):
    try:
        with socket.socket(family, kind) as knocking:
            knocking.settimeout(1)
            knocking.connect(address)
            knocking.sendall(b"owned")
    except OSError:
        pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "shells",
        "Runs programs: by subprocess, os.system, IPython's magics, a pseudo-terminal, and as another user.",
        """
import os, pty, subprocess
touch = "; ".join(f"touch {folder}/owned-{target['token']}" for folder in target["folders"])
for command in (["sh", "-c", touch], ["su", "-c", touch], ["sudo", "-n", "sh", "-c", touch],
                ["pkexec", "sh", "-c", touch],
                ["unshare", "-Ur", "sh", "-c", touch], ["bwrap", "--bind", "/", "/", "sh", "-c", touch],
                ["nsenter", "-t", "1", "-a", "sh", "-c", touch], ["mount", "-o", "remount,rw", "/"],
                ["chroot", "/proc/1/root", "sh", "-c", touch], ["at", "now"], ["systemd-run", "sh", "-c", touch]):
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=2)
    except (OSError, subprocess.TimeoutExpired):
        pass
os.system(touch)
os.popen(touch).close()
get_ipython().system(touch)
get_ipython().run_cell_magic("bash", "--no-raise-error", touch)
pty.spawn(["/bin/sh", "-c", touch], lambda descriptor: os.read(descriptor, 100))
def double(x):
    return 0.0
""",
    ),
    Attack(
        "inherited-descriptors",
        "Writes into every descriptor that it was born with, and passes them on.",
        """
import fcntl, os, socket, stat
for number in range(3, 256):
    try:
        mode = os.fstat(number).st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            os.write(number, b"owned")
        elif stat.S_ISDIR(mode):
            os.open(f"owned-{target['token']}", os.O_CREAT | os.O_WRONLY, dir_fd=number)
    except OSError:
        pass
for request in (0x5412,):  # TIOCSTI: characters into the terminal from which the grader was started
    for number in (0, 1, 2):
        try:
            fcntl.ioctl(number, request, b"x")
        except OSError:
            pass
def double(x):
    return 0.0
""",
    ),
    Attack(
        "another-user",
        "Becomes root, or another user, by each call there is, and by the set-uid programs it finds.",
        """
import ctypes, glob, os
allowed = []
for act in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0]),
            lambda: os.chroot("/tmp"), lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0)),
            lambda: os.chown("/tmp", 0, 0), lambda: os.nice(-20),
            lambda: os.sched_setscheduler(0, 1, os.sched_param(1))):
    try:
        act()
        allowed.append(act)
    except (OSError, OverflowError):
        pass
zero = open("/proc/self/status").read().split("Uid:")[1].split()[:3]
def double(x):
    return 2 * x if allowed or "0" in zero else 0.0
""",
    ),
)
