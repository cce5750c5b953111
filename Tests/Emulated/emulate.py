"""Runs a statically linked Linux program on an emulated CPU of Intel's Sapphire Rapids, which has every instruction set
that Gantry has kernels for.

    emulate.py BOCHS.so PROGRAM [ARGUMENT...]

The CPU is Bochs', from PyPI's bochscpu-python; BOCHS.so is compiled from bochs.c. The program has memory, standard
output and standard error; every other system call fails with ENOSYS. An exception, or an access to memory that it does
not have, ends it with exit status 70 and the line of its source.
"""

import ctypes
import mmap
import os
import struct
import subprocess
import sys

ctypes.CDLL(sys.argv[1], os.RTLD_GLOBAL | os.RTLD_LAZY)
# Global, so that bochs.c finds in the library what it calls.
sys.setdlopenflags(os.RTLD_GLOBAL | os.RTLD_LAZY)
import bochscpu
import bochscpu.cpu
import bochscpu.memory

PAGE = 4096
# The program's addresses are the physical ones: two page tables map 512 GB to themselves.
TABLES, KERNEL = 0x1000, 0x3000
HEAP_SIZE, STACK_SIZE = 1 << 30, 8 << 20
MAPPED, STACK_END = 0x60_0000_0000, 0x7F_0000_0000
# What the kernel tells a program that begins (<elf.h>).
AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_ENTRY, AT_RANDOM = 3, 4, 5, 6, 9, 25
PT_LOAD, ARCH_SET_FS, ENOSYS = 1, 0x1002, -38


def whole_pages(size):
    return -(-size // PAGE) * PAGE


class Memory:
    """Regions of the emulated memory; their pages are handed to the CPU when it first touches them."""

    def __init__(self):
        self.regions = {}
        self.touched = {}

    def add(self, begin, size):
        self.regions[begin] = mmap.mmap(-1, whole_pages(size))
        self.touched[begin] = []

    def begin_of(self, address):
        return next((begin for begin, region in self.regions.items() if begin <= address < begin + len(region)), None)

    def touch(self, address):
        begin, page = self.begin_of(address), address // PAGE * PAGE
        if begin is None:
            return False
        host = ctypes.addressof(ctypes.c_char.from_buffer(self.regions[begin]))
        bochscpu.memory.page_insert(page, host + page - begin)
        self.touched[begin].append(page)
        return True

    def remove(self, first, size):
        for begin in [begin for begin in self.regions if first <= begin < first + size]:
            for page in self.touched.pop(begin):
                bochscpu.memory.page_remove(page)
            self.regions.pop(begin).close()

    def read(self, address, size):
        begin = self.begin_of(address)
        return self.regions[begin][address - begin:address - begin + size]

    def write(self, address, data):
        begin = self.begin_of(address)
        self.regions[begin][address - begin:address - begin + len(data)] = data


def load(memory, path):
    """Puts the program's segments into memory; returns its auxiliary values and where its heap begins."""
    with open(path, "rb") as file:
        elf = file.read()
    entry, headers = struct.unpack_from("<QQ", elf, 24)
    count, = struct.unpack_from("<H", elf, 56)
    segments = [struct.unpack_from("<IIQQQQQQ", elf, headers + 56 * i) for i in range(count)]
    segments = [(offset, at, stored, size) for kind, _, offset, at, _, stored, size, _ in segments if kind == PT_LOAD]
    begin = segments[0][1]
    end = max(at + size for _, at, _, size in segments)
    memory.add(begin, end - begin + PAGE)
    for offset, at, stored, _ in segments:
        memory.write(at, elf[offset:offset + stored])
    auxiliary = {AT_PHDR: begin + headers, AT_PHENT: 56, AT_PHNUM: count, AT_PAGESZ: PAGE, AT_ENTRY: entry}
    return auxiliary, whole_pages(end) + PAGE


def push_arguments(memory, arguments, auxiliary):
    """Lays out the stack that a program begins with; returns its pointer."""
    at = STACK_END - 2 * PAGE
    # 16 bytes, which need not be random here.
    auxiliary[AT_RANDOM] = at
    at += 16
    pointers = []
    for argument in arguments:
        pointers.append(at)
        memory.write(at, argument.encode() + b"\0")
        at += len(argument.encode()) + 1
    words = [len(pointers), *pointers, 0, 0]
    for key, value in auxiliary.items():
        words += [key, value]
    words += [0, 0]
    pointer = STACK_END - 4 * PAGE
    memory.write(pointer, struct.pack(f"<{len(words)}Q", *words))
    return pointer


def segment(selector, attributes, base=0):
    segment = bochscpu.Segment()
    segment.present, segment.selector, segment.base = True, selector, base
    segment.limit, segment.attr = 0xFFFFFFFF, attributes
    return segment


def data_segment(base=0):
    return segment(0x2B, 0xCF3, base)


def beginning(entry, stack):
    """The state of a CPU in 64-bit mode, with pages, SSE, AVX and AVX-512 enabled, that begins a program."""
    state = bochscpu.State()
    state.cr0, state.cr3, state.cr4, state.efer, state.xcr0 = 0x80010033, TABLES, 0x40620, 0xD01, 0xE7
    state.mxcsr, state.mxcsr_mask, state.fpcw, state.fptw, state.rflags = 0x1F80, 0xFFFF, 0x37F, 0xFFFF, 2
    state.star, state.lstar = 0x23 << 48 | 0x10 << 32, KERNEL
    state.cs = segment(0x33, 0x22FB)
    for register in ["ds", "ss", "es", "fs", "gs"]:
        setattr(state, register, data_segment())
    state.rip, state.rsp = entry, stack
    return state


class Process:
    def __init__(self, path, arguments):
        self.path = path
        self.memory = Memory()
        auxiliary, self.heap_end = load(self.memory, path)
        self.memory.add(self.heap_end, HEAP_SIZE)
        self.heap_limit = self.heap_end + HEAP_SIZE
        self.mapped = MAPPED
        self.memory.add(STACK_END - STACK_SIZE, STACK_SIZE)
        self.memory.add(TABLES, KERNEL + PAGE - TABLES)
        self.memory.write(TABLES, struct.pack("<Q", TABLES + PAGE | 7))
        self.memory.write(TABLES + PAGE, struct.pack("<512Q", *((i << 30) | 0x87 for i in range(512))))
        # What a system call comes to: WBINVD, which Python is told of, and SYSRET.
        self.memory.write(KERNEL, bytes([0x0F, 0x09, 0x48, 0x0F, 0x07]))
        self.session = bochscpu.Session()
        self.session.missing_page_handler = self.missing_page
        stack = push_arguments(self.memory, arguments, auxiliary)
        self.session.cpu.state = beginning(auxiliary[AT_ENTRY], stack)

    def run(self):
        hook = bochscpu.Hook()
        hook.cache_cntrl = lambda session, cpu, what: self.system_call(session.cpu)
        hook.exception = lambda session, cpu, vector, error: self.fail(f"exception {vector}")
        self.session.run([hook])

    def fail(self, what):
        at = self.session.cpu.rip
        line = subprocess.run(["addr2line", "-e", self.path, hex(at)], capture_output=True, text=True).stdout.strip()
        sys.stderr.write(f"emulate: {what} at {at:#x}, {line}\n")
        self.exit(70)

    def exit(self, status):
        # Bochs cannot be left in an orderly way from within.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def missing_page(self, address):
        if not self.memory.touch(address):
            self.fail(f"no memory at {address:#x}")

    def system_call(self, cpu):
        first, second, third = cpu.rdi, cpu.rsi, cpu.rdx
        match cpu.rax:
            case 1: result = self.write(first, second, third)
            case 9: result = self.map(second, third)
            case 10: result = self.protect(first, second, third)
            case 11: result = self.unmap(first, second)
            case 12: result = self.move_heap_end(first)
            case 20: result = self.write_pieces(first, second, third)
            case 158: result = self.set_thread_pointer(first, second)
            case 231: self.exit(first)
            case _: result = ENOSYS
        cpu.rax = result & (1 << 64) - 1

    def write(self, descriptor, address, size):
        stream = {1: sys.stdout, 2: sys.stderr}[descriptor].buffer
        stream.write(self.memory.read(address, size))
        stream.flush()
        return size

    def write_pieces(self, descriptor, address, count):
        pieces = struct.iter_unpack("<QQ", self.memory.read(address, 16 * count))
        return sum(self.write(descriptor, at, size) for at, size in pieces)

    def map(self, size, protection):
        begin = self.mapped
        # A page that nothing has lies between.
        self.mapped += whole_pages(size) + PAGE
        if protection:
            self.memory.add(begin, size)
        return begin

    def protect(self, address, size, protection):
        if protection and self.memory.begin_of(address) is None:
            self.memory.add(address, size)
        return 0

    def unmap(self, address, size):
        self.memory.remove(address, size)
        # Forgets translations.
        self.session.cpu.set_mode()
        return 0

    def move_heap_end(self, address):
        self.heap_end = min(max(self.heap_end, address), self.heap_limit)
        return self.heap_end

    def set_thread_pointer(self, code, address):
        if code != ARCH_SET_FS:
            return ENOSYS
        self.session.cpu.fs = data_segment(address)
        return 0


Process(sys.argv[2], sys.argv[2:]).run()
