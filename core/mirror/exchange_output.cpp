// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/exchange_output.h"

#include "core/host/local_host.h"
#include "core/launch/trial_directory.h"

namespace widthwise {
namespace {

std::int64_t endOf(const OutputTail& tail)
{
    return tail.first + static_cast<std::int64_t>(tail.bytes.size());
}

std::optional<OutputTail> tailOnDisk(const ExperimentRecord& experiment, const TrialRecord& record,
                                     const std::string& root, TimePoint now)
{
    const Trial& trial = record.trial;
    const FileRequest file{trialDirectory(root, experiment.name, experiment.created, trial.number) + '/' +
                               std::string(trial_file::output),
                           -outputTailBytes, outputTailBytes};
    LocalHost host;
    const std::optional<FileSlice> slice = host.readFiles({&file, 1}).front();
    if (!slice)
        return std::nullopt;
    const auto length = static_cast<std::int64_t>(slice->bytes.size());
    return OutputTail{trial.attempt, slice->size - length, slice->bytes, now};
}

std::optional<OutputTail> tailOf(const ForwardedWatch& watch, Database& database, TimePoint now)
{
    const auto experiment = Experiments(database).find(watch.experiment.id);
    const auto trial = Trials(database).find(watch.experiment.id, watch.trial);
    if (!experiment || !trial)
        return std::nullopt;
    const std::optional<DriverInfo> driver = driverInfo(database, watch.experiment.id);
    const TrialsPlace place = driver ? driver->place : TrialsPlace{};
    if (place.isRemote())
        return Outputs(database).find(trial->id);
    return tailOnDisk(*experiment, *trial, place.folderFor(database.file()), now);
}

} // namespace

std::optional<OutputTail> outputSince(const ForwardedWatch& watch, Database& database, TimePoint now)
{
    std::optional<OutputTail> tail = tailOf(watch, database, now);
    if (tail && tail->attempt == watch.attempt && watch.known >= tail->first && watch.known <= endOf(*tail)) {
        tail->bytes.erase(0, static_cast<std::size_t>(watch.known - tail->first));
        tail->first = watch.known;
    }
    return tail;
}

OutputTail joined(const std::optional<OutputTail>& known, const OutputTail& since)
{
    OutputTail tail = since;
    if (known && known->attempt == since.attempt && endOf(*known) == since.first) {
        tail.bytes = known->bytes + since.bytes;
        tail.first = known->first;
    }
    const std::int64_t tooMuch = std::ssize(tail.bytes) - outputTailBytes;
    if (tooMuch > 0) {
        tail.bytes.erase(0, static_cast<std::size_t>(tooMuch));
        tail.first += tooMuch;
    }
    return tail;
}

} // namespace widthwise
