// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/shared_memory_communicator.h"

#include "core/trainer/compute/instruction_set.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <ctime>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

using Word = std::atomic<std::uint32_t>;
static_assert(Word::is_always_lock_free && sizeof(Word) == sizeof(std::uint32_t));

/// What one worker hands over in one exchange: small enough for the processor's cache.
constexpr std::size_t slotBytes = std::size_t{1} << 20;
constexpr std::size_t pageBytes = 4096;
constexpr int spins = 2000; // some 50 µs: longer than workers that arrive together are apart
constexpr long waitNanoseconds = 50'000'000;
constexpr std::chrono::seconds patience{60};

void sleepWhile(Word& word, std::uint32_t value)
{
    const timespec limit{.tv_sec = 0, .tv_nsec = waitNanoseconds};
    syscall(SYS_futex, &word, FUTEX_WAIT, value, &limit, nullptr, 0);
}

void wakeAll(Word& word)
{
    syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

template <typename Real>
[[gnu::always_inline]] inline void add(std::size_t size, const Real* __restrict from, Real* __restrict to)
{
    for (std::size_t i = 0; i < size; ++i) {
        to[i] += from[i];
    }
}

void pauseBriefly()
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

} // namespace

struct SharedMemoryCommunicator::Seat {
    enum State : std::uint32_t { Absent, Present, Failed, Gone };
    Word state;
    /// The worker holds it as long as it lives: the kernel sees to that.
    pthread_mutex_t presence;
    std::array<char, 500> reason;
};

struct SharedMemoryCommunicator::Board {
    Word arrived;
    Word generation; ///< how often all have arrived
};

std::size_t SharedMemoryCommunicator::bytesFor(int size)
{
    const auto workers = static_cast<std::size_t>(size);
    return pageBytes * (workers + 1) + 2 * slotBytes * workers;
}

SharedMemoryCommunicator::SharedMemoryCommunicator(int memory, int rank, int size)
    : m_memory(memory, bytesFor(size)), m_rank(rank), m_size(size)
{
    static_assert(sizeof(Seat) <= pageBytes && sizeof(Board) <= pageBytes);
    takeSeat();
    barrier();
}

SharedMemoryCommunicator::~SharedMemoryCommunicator()
{
    pthread_mutex_unlock(&seat(m_rank).presence);
}

void SharedMemoryCommunicator::takeSeat()
{
    Seat& own = seat(m_rank);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&own.presence, &attributes);
    pthread_mutexattr_destroy(&attributes);
    pthread_mutex_lock(&own.presence);
    own.state.store(Seat::Present, std::memory_order_release);
}

SharedMemoryCommunicator::Board& SharedMemoryCommunicator::board() const
{
    return *reinterpret_cast<Board*>(m_memory.data());
}

SharedMemoryCommunicator::Seat& SharedMemoryCommunicator::seat(int rank) const
{
    return *reinterpret_cast<Seat*>(m_memory.data() + pageBytes * static_cast<std::size_t>(rank + 1));
}

std::byte* SharedMemoryCommunicator::slot(int rank) const
{
    const auto place = 2 * static_cast<std::size_t>(rank) + m_exchange % 2;
    return m_memory.data() + pageBytes * static_cast<std::size_t>(m_size + 1) + slotBytes * place;
}

template <typename Real>
void SharedMemoryCommunicator::sum(std::span<Real> values)
{
    constexpr std::size_t most = slotBytes / sizeof(Real);
    while (!values.empty()) {
        const std::span<Real> part = values.first(std::min(most, values.size()));
        std::memcpy(slot(m_rank), part.data(), part.size_bytes());
        barrier();
        if (m_rank > 0) {
            std::memcpy(part.data(), slot(0), part.size_bytes());
        }
        for (int rank = 1; rank < m_size; ++rank) {
            dispatch<add<Real>>(part.size(), reinterpret_cast<const Real*>(slot(rank)), part.data());
        }
        ++m_exchange;
        values = values.subspan(part.size());
    }
}

void SharedMemoryCommunicator::broadcast(std::span<std::byte> bytes)
{
    while (!bytes.empty()) {
        const std::size_t count = std::min(slotBytes, bytes.size());
        if (m_rank == 0) {
            std::memcpy(slot(0), bytes.data(), count);
        }
        barrier();
        if (m_rank != 0) {
            std::memcpy(bytes.data(), slot(0), count);
        }
        ++m_exchange;
        bytes = bytes.subspan(count);
    }
}

void SharedMemoryCommunicator::barrier()
{
    Word& generation = board().generation;
    const std::uint32_t present = generation.load(std::memory_order_acquire);
    if (board().arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(m_size)) {
        board().arrived.store(0, std::memory_order_relaxed);
        generation.store(present + 1, std::memory_order_release);
        wakeAll(generation);
        return;
    }
    const auto isOver = [&] { return generation.load(std::memory_order_acquire) != present; };
    for (int spin = 0; spin < spins && !isOver(); ++spin) {
        pauseBriefly();
    }
    const auto start = std::chrono::steady_clock::now();
    while (!isOver()) {
        sleepWhile(generation, present);
        if (isOver()) {
            return;
        }
        const std::string why = loss(std::chrono::steady_clock::now() - start > patience);
        if (!why.empty() && !isOver()) { // one that has been here may end
            leave(why);
        }
    }
}

void SharedMemoryCommunicator::fail(const std::string& reason)
{
    announce("worker " + std::to_string(m_rank) + " of " + std::to_string(m_size) + ": " + reason);
}

void SharedMemoryCommunicator::announce(const std::string& reason)
{
    Seat& own = seat(m_rank);
    own.reason[reason.copy(own.reason.data(), own.reason.size() - 1)] = '\0';
    own.state.store(Seat::Failed, std::memory_order_release);
    wakeAll(board().generation);
}

void SharedMemoryCommunicator::leave(const std::string& reason)
{
    announce(reason);
    throw WorkerLost(reason);
}

/// Of one that ends because another did: the other's reason.
std::string SharedMemoryCommunicator::told() const
{
    for (int rank = 0; rank < m_size; ++rank) {
        if (seat(rank).state.load(std::memory_order_acquire) == Seat::Failed) {
            return seat(rank).reason.data();
        }
    }
    return {};
}

std::string SharedMemoryCommunicator::loss(bool late) const
{
    if (const std::string reason = told(); !reason.empty()) {
        return reason;
    }
    for (int rank = 0; rank < m_size; ++rank) {
        const std::string name = "worker " + std::to_string(rank) + " of " + std::to_string(m_size);
        if (late && seat(rank).state.load(std::memory_order_acquire) == Seat::Absent) {
            return name + " did not start within " + std::to_string(patience.count()) + " s";
        }
        if (rank != m_rank && hasGone(rank)) {
            const std::string reason = told(); // it may have gone after a word, and after the look above
            return reason.empty() ? name + " ended without a word: it was killed, or memory ran out" : reason;
        }
    }
    return {};
}

/// Whoever is the first to see it makes it known for good: the mutex tells only once for sure.
bool SharedMemoryCommunicator::hasGone(int rank) const
{
    Seat& other = seat(rank);
    if (other.state.load(std::memory_order_acquire) != Seat::Present) {
        return other.state.load(std::memory_order_acquire) == Seat::Gone;
    }
    const int locked = pthread_mutex_trylock(&other.presence);
    if (locked == EBUSY) {
        return false;
    }
    std::uint32_t present = Seat::Present;
    other.state.compare_exchange_strong(present, Seat::Gone);
    if (locked == 0 || locked == EOWNERDEAD) {
        pthread_mutex_unlock(&other.presence);
    }
    return true;
}

} // namespace widthwise::trainer
