// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/nccl_communicator.h"

#include <chrono>
#include <cuda_runtime_api.h>
#include <nccl.h>
#include <string>
#include <thread>

namespace widthwise::trainer {

namespace {

class NcclCommunicator : public Communicator {
public:
    explicit NcclCommunicator(std::unique_ptr<Communicator> carrier) : m_carrier(std::move(carrier))
    {
        int devices = 0;
        check(cudaGetDeviceCount(&devices));
        check(cudaSetDevice(rank() % devices));
        check(cudaStreamCreateWithFlags(&m_stream, cudaStreamNonBlocking));
        ncclUniqueId id{};
        if (leads()) {
            check(ncclGetUniqueId(&id));
        }
        m_carrier->broadcast(std::as_writable_bytes(std::span(&id, 1)));
        check(ncclCommInitRank(&m_group, size(), id, rank()));
    }
    ~NcclCommunicator() override
    {
        ncclCommAbort(m_group);
        cudaFree(m_buffer);
        cudaStreamDestroy(m_stream);
    }
    NcclCommunicator(const NcclCommunicator&) = delete;
    NcclCommunicator& operator=(const NcclCommunicator&) = delete;

    int rank() const override { return m_carrier->rank(); }
    int size() const override { return m_carrier->size(); }
    void allReduceSum(std::span<double> values) override { m_carrier->allReduceSum(values); }
    void broadcast(std::span<std::byte> bytes) override { m_carrier->broadcast(bytes); }
    void barrier() override { m_carrier->barrier(); }
    void fail(const std::string& reason) override { m_carrier->fail(reason); }

    void allReduceSum(std::span<float> values) override
    {
        if (values.size() > m_capacity) {
            check(cudaFree(m_buffer));
            check(cudaMalloc(&m_buffer, values.size_bytes()));
            m_capacity = values.size();
        }
        check(cudaMemcpyAsync(m_buffer, values.data(), values.size_bytes(), cudaMemcpyDefault, m_stream));
        check(ncclAllReduce(m_buffer, m_buffer, values.size(), ncclFloat, ncclSum, m_group, m_stream));
        waitForStream();
        check(cudaMemcpy(values.data(), m_buffer, values.size_bytes(), cudaMemcpyDefault));
    }

private:
    /// NCCL itself would wait for ever for a worker on another machine that is gone.
    void waitForStream()
    {
        for (;;) {
            const cudaError_t state = cudaStreamQuery(m_stream);
            if (state != cudaErrorNotReady) {
                check(state);
                return;
            }
            ncclResult_t error = ncclSuccess;
            check(ncclCommGetAsyncError(m_group, &error));
            check(error);
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    }

    void check(ncclResult_t result) const
    {
        if (result != ncclSuccess && result != ncclInProgress) {
            lose(ncclGetErrorString(result) + std::string(": ") + ncclGetLastError(m_group));
        }
    }
    void check(cudaError_t result) const
    {
        if (result != cudaSuccess) {
            lose(cudaGetErrorString(result));
        }
    }
    [[noreturn]] void lose(const std::string& why) const
    {
        throw WorkerLost("worker " + std::to_string(rank()) + " of " + std::to_string(size()) +
                         " lost the others: NCCL: " + why);
    }

    std::unique_ptr<Communicator> m_carrier;
    ncclComm_t m_group = nullptr;
    cudaStream_t m_stream = nullptr;
    void* m_buffer = nullptr; ///< on the device
    std::size_t m_capacity = 0;
};

} // namespace

std::unique_ptr<Communicator> ncclCommunicator(std::unique_ptr<Communicator> carrier)
{
    return std::make_unique<NcclCommunicator>(std::move(carrier));
}

} // namespace widthwise::trainer
