//! The numbers of `linux/virtwl.h`.

/// Most descriptors in one message.
pub const MAX_FDS: usize = 28;

/// Objects that the programs of a machine may have at once, all together.
pub const MAX_OBJECTS: usize = 2047;

/// The driver's head and the bytes of one message must be less than this.
pub const MOST_BYTES: u64 = 4 << 20;

/// 32-bit words in `struct virtwl_ioctl_new`.
pub const NEW_WORDS: usize = 12;
/// 32-bit words in `struct virtwl_ioctl_txn`: the descriptors and the length.
pub const TXN_WORDS: usize = MAX_FDS + 1;
/// Bytes in it; the data follows.
pub const TXN_SIZE: u64 = TXN_WORDS as u64 * 4;

/// Makes an object.
pub const NEW: u32 = read_write(0, NEW_WORDS);
/// Sends bytes and descriptors. The driver's headers name the directions the wrong way round.
pub const SEND: u32 = read(1, TXN_WORDS);
/// Receives bytes and descriptors.
pub const RECV: u32 = write(2, TXN_WORDS);
/// Begins or ends an access to a dma-buf.
pub const DMABUF_SYNC: u32 = read(3, 1);

/// A connection to the host's compositor.
pub const NEW_CTX: u32 = 0;
/// Shared memory.
pub const NEW_ALLOC: u32 = 1;
/// A pipe whose readable end is here.
pub const NEW_PIPE_READ: u32 = 2;
/// A pipe whose writable end is here.
pub const NEW_PIPE_WRITE: u32 = 3;
/// A buffer for pixels.
pub const NEW_DMABUF: u32 = 4;
/// A connection to a compositor of that name.
pub const NEW_CTX_NAMED: u32 = 5;

/// All flags of [`DMABUF_SYNC`]: read, write, end.
pub const SYNC_FLAGS: u32 = 7;

/// What a closed descriptor in a message gives: not `EBADF`.
pub const EBADFD: i32 = libc::EBADFD;

const fn number(direction: u32, number: u32, words: usize) -> u32 {
    direction << 30 | (words as u32 * 4) << 16 | (b'w' as u32) << 8 | number
}

const fn write(n: u32, words: usize) -> u32 {
    number(1, n, words)
}

const fn read(n: u32, words: usize) -> u32 {
    number(2, n, words)
}

const fn read_write(n: u32, words: usize) -> u32 {
    number(3, n, words)
}
