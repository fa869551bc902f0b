// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parallel/communicator.h"
#include "core/trainer/parallel/shared_memory.h"

#include <cstdint>

namespace widthwise::trainer {

/// Workers on one machine. Sums are formed in the order of the ranks, by every worker for itself: they are
/// the same bits on all workers and in every run. A worker that waits notices when another fails, dies, or
/// does not come within a minute.
class SharedMemoryCommunicator : public Communicator {
public:
    /// What the memory has to hold.
    static std::size_t bytesFor(int size);

    /// Takes the descriptor over. Returns once all have come. Throws WorkerLost.
    SharedMemoryCommunicator(int memory, int rank, int size);
    ~SharedMemoryCommunicator() override;
    SharedMemoryCommunicator(const SharedMemoryCommunicator&) = delete;
    SharedMemoryCommunicator& operator=(const SharedMemoryCommunicator&) = delete;

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    void allReduceSum(std::span<float> values) override { sum(values); }
    void allReduceSum(std::span<double> values) override { sum(values); }
    void broadcast(std::span<std::byte> bytes) override;
    void barrier() override;
    void fail(const std::string& reason) override;

private:
    struct Seat;
    struct Board;

    void takeSeat();
    /// Why a worker has failed, in its own words; empty: none has.
    std::string told() const;
    /// Which other worker has failed, died, or should have come by now; empty: none.
    std::string loss(bool late) const;
    bool hasGone(int rank) const;
    /// Throws WorkerLost after telling the others.
    [[noreturn]] void leave(const std::string& reason);
    void announce(const std::string& reason);
    Board& board() const;
    Seat& seat(int rank) const;
    /// Where `rank` puts its part of the present exchange. Two places take turns, so one barrier an exchange
    /// is enough: nobody overtakes another by two exchanges.
    std::byte* slot(int rank) const;
    template <typename Real>
    void sum(std::span<Real> values);

    SharedMemory m_memory;
    int m_rank;
    int m_size;
    std::uint32_t m_exchange = 0;
};

} // namespace widthwise::trainer
