"""Makes another process do a system call that it would never do itself: what whoever broke into it could do."""

import ctypes
import os
import platform

PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 12, 13, 17, 0x4206, 0x4207
SYSCALL_INSTRUCTION = 2  # bytes
SOCKET = 41

possible = platform.machine() == "x86_64" and os.getuid() == 0


class Registers(ctypes.Structure):
    """struct user_regs_struct of x86_64."""
    _fields_ = [(name, ctypes.c_ulonglong) for name in (
        "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base "
        "ds es fs gs").split()]


def open_a_socket(pid):
    """Makes a process that waits in a system call go on with socket(AF_INET, SOCK_STREAM, 0) in its place."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

    def ptrace(request, data=None):
        if libc.ptrace(request, pid, None, data) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    ptrace(PTRACE_SEIZE)
    ptrace(PTRACE_INTERRUPT)
    os.waitpid(pid, 0x40000000)  # __WALL
    registers = Registers()
    ptrace(PTRACE_GETREGS, ctypes.addressof(registers))
    registers.orig_rax = 2**64 - 1  # what it waited for is not begun again
    registers.rip -= SYSCALL_INSTRUCTION
    registers.rax, registers.rdi, registers.rsi, registers.rdx = SOCKET, 2, 1, 0
    ptrace(PTRACE_SETREGS, ctypes.addressof(registers))
    ptrace(PTRACE_DETACH)
