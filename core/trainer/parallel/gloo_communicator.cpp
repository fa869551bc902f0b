// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/gloo_communicator.h"

#include "core/trainer/compute/torch_compat.h"

#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <chrono>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

using c10d::ProcessGroupGloo;

constexpr std::chrono::minutes patienceAtStart{1};
constexpr std::chrono::minutes patience{30}; // a worker that writes a checkpoint keeps the others waiting

class GlooCommunicator : public Communicator {
public:
    GlooCommunicator(const std::string& meeting, int rank, int size, bool onOneMachine)
        : m_rank(rank), m_size(size)
    {
        attempt([&] {
            auto store = c10::make_intrusive<c10d::FileStore>(meeting, size);
            store->setTimeout(patienceAtStart);
            auto options = ProcessGroupGloo::Options::create(patience);
            // The host's own name need not resolve, and leads to the network where it does.
            options->devices.push_back(onOneMachine ? ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                                    : ProcessGroupGloo::createDefaultDevice());
            m_group = c10::make_intrusive<ProcessGroupGloo>(store, rank, size, options);
        });
        barrier();
        if (leads()) {
            unlink(meeting.c_str());
        }
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    void allReduceSum(std::span<float> values) override { sum(values); }
    void allReduceSum(std::span<double> values) override { sum(values); }
    void broadcast(std::span<std::byte> bytes) override
    {
        auto* data = reinterpret_cast<std::uint8_t*>(bytes.data());
        std::vector<at::Tensor> tensors{viewOf(data, {std::ssize(bytes)})};
        attempt([&] { m_group->broadcast(tensors)->wait(); });
    }
    void barrier() override
    {
        attempt([&] { m_group->barrier()->wait(); });
    }

private:
    template <typename Real>
    void sum(std::span<Real> values)
    {
        std::vector<at::Tensor> tensors{viewOf(values.data(), {std::ssize(values)})};
        attempt([&] { m_group->allreduce(tensors)->wait(); });
    }

    template <typename Action>
    void attempt(const Action& action) const
    {
        try {
            action();
        } catch (const std::exception& error) {
            const std::string text = error.what(); // LibTorch's go on with a stack trace
            throw WorkerLost("worker " + std::to_string(m_rank) + " of " + std::to_string(m_size) +
                             " lost the others: " + text.substr(0, text.find('\n')));
        }
    }

    int m_rank;
    int m_size;
    c10::intrusive_ptr<ProcessGroupGloo> m_group;
};

} // namespace

std::unique_ptr<Communicator> glooCommunicator(const std::string& meeting, int rank, int size,
                                               bool onOneMachine)
{
    return std::make_unique<GlooCommunicator>(meeting, rank, size, onOneMachine);
}

} // namespace widthwise::trainer
