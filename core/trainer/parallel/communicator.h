// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

namespace widthwise::trainer {

/// Another worker of the trial has failed or died. The text says which one and, where it is known, why.
class WorkerLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The workers that train one trial together, as one of them sees them. All make the same calls in the same
/// order, and all have the same result, bit for bit. Every call may throw WorkerLost.
class Communicator {
public:
    virtual ~Communicator() = default;

    virtual int rank() const = 0; ///< 0 … size − 1
    virtual int size() const = 0;
    bool leads() const { return rank() == 0; } ///< it alone writes files

    /// Replaces `values` by their sums over all workers.
    virtual void allReduceSum(std::span<float> values) = 0;
    virtual void allReduceSum(std::span<double> values) = 0;
    /// Replaces `bytes` by those of worker 0.
    virtual void broadcast(std::span<std::byte> bytes) = 0;
    /// Returns once all have called it.
    virtual void barrier() = 0;
    /// Tells the others why this worker ends now.
    virtual void fail(const std::string& /*reason*/) {}
};

/// A single worker, which costs nothing.
Communicator& alone();

} // namespace widthwise::trainer
