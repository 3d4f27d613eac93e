"""Makes another process do a system call that it would never do itself: what whoever broke into it could do."""

import ctypes
import os
import platform

from waiting import wait_until

PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 12, 13, 17, 0x4206, 0x4207
SYSCALL_INSTRUCTION = 2  # bytes
WRITE, SOCKET, SHUTDOWN, TRUNCATE, OPENAT = 1, 41, 48, 76, 257

possible = platform.machine() == "x86_64" and os.getuid() == 0


class Registers(ctypes.Structure):
    """struct user_regs_struct of x86_64."""
    _fields_ = [(name, ctypes.c_ulonglong) for name in (
        "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base "
        "ds es fs gs").split()]


def call(pid, number, *arguments):
    """Makes a process that waits in a system call go on with another one, of this number, in its place. Text that is
    an argument is put into its memory first."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

    def ptrace(request, data=None):
        if libc.ptrace(request, pid, None, data) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    registers = Registers()

    def stop():
        """Whether it now stands in a system call; outside of one it goes on."""
        ptrace(PTRACE_SEIZE)
        ptrace(PTRACE_INTERRUPT)
        os.waitpid(pid, 0x40000000)  # __WALL
        ptrace(PTRACE_GETREGS, ctypes.addressof(registers))
        if registers.orig_rax < 2**63:
            return True
        ptrace(PTRACE_DETACH)
        return False

    wait_until(stop, "the process to wait in a system call")
    registers.orig_rax = 2**64 - 1  # what it waited for is not begun again
    registers.rip -= SYSCALL_INSTRUCTION
    registers.rax = number
    for name, argument in zip(("rdi", "rsi", "rdx", "r10"), arguments):
        if isinstance(argument, bytes):
            free = registers.rsp - 65536  # far below what its stack holds
            with open(f"/proc/{pid}/mem", "wb", buffering=0) as memory:
                memory.seek(free)
                memory.write(argument + b"\0")
            argument = free
        setattr(registers, name, argument)
    ptrace(PTRACE_SETREGS, ctypes.addressof(registers))
    ptrace(PTRACE_DETACH)


def open_a_socket(pid):
    call(pid, SOCKET, 2, 1, 0)


def truncate(pid, path):
    call(pid, TRUNCATE, os.fsencode(path), 0)


def open_for_writing(pid, path):
    call(pid, OPENAT, 2**64 - 100, os.fsencode(path), os.O_WRONLY | os.O_TRUNC)


def say(pid, text):
    """Writes to its descriptor 2."""
    call(pid, WRITE, 2, text, len(text))


def shut_down(pid, fd):
    call(pid, SHUTDOWN, fd, 2)
