// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/joint_training.h"

#include "app/trainer/configuration.h"
#include "app/trainer/worker_processes.h"
#include "core/trainer/families/registry.h"
#include "core/trainer/parallel/shared_memory.h"
#include "core/trainer/parallel/shared_memory_communicator.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <unistd.h>

namespace widthwise::trainer {

namespace {

/// Of a process that srun started together with the other workers. A batch script has SLURM_PROCID too, but
/// no step of its own.
std::optional<WorkerGroup> slurmWorkerGroup(int size)
{
    if (environmentVariable("SLURM_STEP_NUM_TASKS") != std::to_string(size)) {
        return std::nullopt;
    }
    return WorkerGroup{.rank = std::stoi(environmentVariable("SLURM_PROCID")),
                       .size = size,
                       .onOneMachine = environmentVariable("SLURM_STEP_NUM_NODES") == "1",
                       .meeting = environmentVariable("SLURM_JOB_ID") + "." +
                                  environmentVariable("SLURM_STEP_ID") + "." +
                                  environmentVariable("SLURM_RESTART_COUNT")};
}

WorkerGroup leadingWorkerGroup(int size)
{
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return {.size = size, .meeting = std::to_string(getpid()) + "-" + std::to_string(now)};
}

void trainAt(const WorkerGroup& place, Communication communication, const TrainRequest& request)
{
    const auto communicator = meet(communication, place, request.trialDirectory);
    train(familyOf(request.settings), request, std::cout, std::cerr, *communicator);
}

void lead(WorkerGroup place, Communication communication, const TrainRequest& request,
          const std::vector<std::string>& arguments)
{
    if (communication != Communication::Gloo) {
        place.memory = createSharedMemory(SharedMemoryCommunicator::bytesFor(place.size));
    }
    WorkerProcesses others(place, arguments);
    try {
        trainAt(place, communication, request);
        others.finish();
    } catch (const WorkerLost& lost) {
        const std::string why = others.loss();
        throw WorkerLost(why.empty() ? lost.what() : why);
    }
}

} // namespace

void trainJointly(const TrainRequest& request, const std::vector<std::string>& arguments)
{
    const int size = static_cast<int>(request.settings.workers);
    if (size == 1) {
        train(familyOf(request.settings), request, std::cout, std::cerr);
        return;
    }
    const std::optional<WorkerGroup> inherited = inheritedWorkerGroup(size);
    const std::optional<WorkerGroup> given = inherited ? inherited : slurmWorkerGroup(size);
    const Communication communication =
        communicationFor(request.settings.communication, !given || given->onOneMachine);
    if (!given) {
        lead(leadingWorkerGroup(size), communication, request, arguments);
        return;
    }
    try {
        trainAt(*given, communication, request);
    } catch (const WorkerLost& lost) {
        if (inherited) {
            std::cerr << lost.what() << std::endl;
            std::_Exit(lostAnother); // its leader tells
        }
        throw;
    }
}

} // namespace widthwise::trainer
