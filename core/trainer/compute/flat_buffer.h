// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"
#include "core/trainer/compute/torch_compat.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

inline at::Device deviceOf(const Backend& backend)
{
    return backend.cudaDevice < 0 ? at::Device(at::kCPU)
                                  : at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(backend.cudaDevice));
}

/// Numbers that are used in memory and as a tensor on the backend's device. For our own kernels both are the
/// same memory. Else there are two, and whichever side is asked for gets what the other was last left with.
template <typename Real>
class FlatBuffer {
public:
    FlatBuffer(std::size_t size, const Backend& backend)
        : m_memory(size), m_tensor(backend.ownKernels ? view() : view().to(deviceOf(backend), false, true)),
          m_isShared(backend.ownKernels)
    {
    }
    FlatBuffer(const FlatBuffer&) = delete;
    FlatBuffer& operator=(const FlatBuffer&) = delete;

    std::size_t size() const { return m_memory.size(); }

    /// To read and write until the tensor is asked for again.
    std::span<Real> inMemory()
    {
        if (!m_isShared && !m_isInMemory) {
            view().copy_(m_tensor);
            m_isInMemory = true;
        }
        return m_memory;
    }

    /// To read and write until the memory is asked for again. It is the same tensor each time.
    at::Tensor& onDevice()
    {
        if (!m_isShared && m_isInMemory) {
            const at::NoGradGuard guard;
            m_tensor.copy_(view());
            m_isInMemory = false;
        }
        return m_tensor;
    }

private:
    at::Tensor view() { return viewOf(m_memory.data(), {std::ssize(m_memory)}); }

    std::vector<Real> m_memory;
    at::Tensor m_tensor;
    bool m_isShared;
    bool m_isInMemory = false; ///< what is in memory may be newer than the tensor
};

} // namespace widthwise::trainer
