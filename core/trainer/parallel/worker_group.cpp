// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/worker_group.h"

#include "core/trainer/compute/backend.h"
#include "core/trainer/error.h"
#include "core/trainer/parallel/shared_memory_communicator.h"

#ifdef WIDTHWISE_GLOO
#include "core/trainer/parallel/gloo_communicator.h"
#endif
#ifdef WIDTHWISE_NCCL
#include "core/trainer/parallel/nccl_communicator.h"
#endif

namespace widthwise::trainer {

namespace {

#ifdef WIDTHWISE_GLOO
constexpr bool hasGloo = true;
#else
constexpr bool hasGloo = false;
std::unique_ptr<Communicator> glooCommunicator(const std::string&, int, int, bool)
{
    return nullptr; // wayOf refuses it
}
#endif
#ifdef WIDTHWISE_NCCL
constexpr bool hasNccl = true;
#else
constexpr bool hasNccl = false;
std::unique_ptr<Communicator> ncclCommunicator(std::unique_ptr<Communicator>)
{
    return nullptr; // wayOf refuses it
}
#endif

std::unique_ptr<Communicator> meetInMemory(const WorkerGroup& place)
{
    if (place.memory >= 0) {
        return std::make_unique<SharedMemoryCommunicator>(place.memory, place.rank, place.size);
    }
    const std::string name = "/widthwise-" + place.meeting;
    auto communicator = std::make_unique<SharedMemoryCommunicator>(
        openSharedMemory(name, SharedMemoryCommunicator::bytesFor(place.size)), place.rank, place.size);
    forgetSharedMemory(name);
    return communicator;
}

} // namespace

Communication communicationFor(Communication asked, bool onOneMachine)
{
    if (asked == Communication::SharedMemory && !onOneMachine) {
        throw InputError("communication shared-memory reaches the workers of one machine, and these are on "
                         "several: take gloo");
    }
    const Communication communication = asked != Communication::Automatic ? asked
                                        : onOneMachine                    ? Communication::SharedMemory
                                                                          : Communication::Gloo;
    if (communication == Communication::Gloo && !hasGloo) {
        throw InputError("communication gloo: this trainer was built without Gloo; install libgloo-dev and "
                         "build it anew, or put all workers on one machine");
    }
    if (communication == Communication::Nccl && !hasNccl) {
        throw InputError(
            "communication nccl: this trainer was built without NCCL, which needs a LibTorch with "
            "CUDA; take auto");
    }
    return communication;
}

std::unique_ptr<Communicator> meet(Communication communication, const WorkerGroup& place,
                                   const std::string& trialDirectory)
{
    if (communication == Communication::Nccl) {
        if (const auto devices = std::ssize(cudaDevices()); place.onOneMachine && place.size > devices) {
            throw InputError("communication nccl wants a CUDA device for each of the " +
                             std::to_string(place.size) + " workers, and this machine shows " +
                             std::to_string(devices) + ": take auto");
        }
        return ncclCommunicator(
            meet(communicationFor(Communication::Automatic, place.onOneMachine), place, trialDirectory));
    }
    if (communication == Communication::Gloo) {
        return glooCommunicator(trialDirectory + "/workers-" + place.meeting, place.rank, place.size,
                                place.onOneMachine);
    }
    return meetInMemory(place);
}

} // namespace widthwise::trainer
