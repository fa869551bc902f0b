// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/slurm/slurm_backend.h"

namespace widthwise {

/// A job for each attempt; those that are known together are one array.
///
/// Never twice: each attempt's directory says under which name it was submitted before sbatch is called.
/// Where the answer of sbatch is lost, the queue is searched for that name before anything is submitted
/// again; and a wrapper that comes second finds the attempt claimed.
class SlurmArrays final : public SlurmBackend {
public:
    using SlurmBackend::SlurmBackend;

    bool hasJobForEach() const override { return true; }
    void recall(const std::vector<SlurmAttempt*>& adopted) override;
    void submit() override;
    void carryOutWishes(const std::vector<SlurmAttempt*>& wished) override;

private:
    void askForPartitionLimit();
    std::string prepare(const std::vector<SlurmAttempt*>& batch);

    bool m_askedForLimit = false;
};

} // namespace widthwise
