// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/slurm/slurm_backend.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace widthwise {

/// Workers that are jobs of SLURM run one trial after the other: one wait in the queue for many short trials.
/// There are as many workers as there were ever attempts at one time, which is the experiment's `parallel`.
///
/// They are submitted as an array, and are not the tasks of one large job: each starts as soon as there is
/// room for it, also in the gaps that a large job leaves; each has an allocation of its own, so that its GPUs
/// are the trial's; a node that fails takes one worker with it; and one that ends early gives back what it
/// had.
///
/// Driver and workers meet in the folder `pilot` beside the trials:
///  - `waiting/7-1` is the ticket of attempt 1 of trial 7. A worker takes it by renaming it to
///    `taken/7-1.WORKER`, which only one can do, and removes that when the trial's wrapper has reported its
///    end. Behind it stands the wrapper's own claim: a ticket that came twice starts nothing.
///  - `dropped/7-1.WORKER`: the worker could not see the attempt through (its wrapper was killed, or SLURM
///    started the worker anew).
///  - `crews/NAME.sbatch` is the script of one submission of workers, written before sbatch is called. Its
///    workers take tickets as long as it is there, and end after two minutes without work.
/// One trial is stopped through its `control`; its worker looks there when SIGUSR1 tells it to. Before the
/// time limit, workers stop their trials with a checkpoint; these go on as new attempts, with other workers.
class SlurmPilots final : public SlurmBackend {
public:
    using SlurmBackend::SlurmBackend;

    bool hasJobForEach() const override { return false; }
    void recall(const std::vector<SlurmAttempt*>& adopted) override;
    void submit() override;
    void carryOutWishes(const std::vector<SlurmAttempt*>& wished) override;
    void beforePoll() override;
    void afterPoll(const SlurmJobs& jobs) override;
    void release() override;

private:
    /// One submission of workers.
    struct Crew {
        int workers = 0; ///< that wait or run, as far as is known
        int absences = 0;
    };

    std::vector<SlurmAttempt*> withdraw(const std::vector<SlurmAttempt*>& attempts);
    void refuse(const std::string& reason);
    void offer();
    void staff();
    void findOut();
    void countWorkers(const SlurmJobs& jobs);
    void endDropped();
    std::string crewFile(const std::string& name) const;

    std::string m_folder; ///< known with the first attempt
    std::map<std::string, Crew> m_crews;
    std::set<std::string> m_waiting; ///< tickets that nobody has taken
    std::set<std::string> m_dropped;
    bool m_looked = false; ///< at the queue: what crews of an earlier launcher there are is known
};

} // namespace widthwise
