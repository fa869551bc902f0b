// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_data.h"

#include "core/models/settings_rules.h"
#include "core/trainer/error.h"
#include "core/trainer/families/events/element_scaling.h"
#include "core/trainer/families/events/event_settings.h"
#include "core/trainer/families/events/flow_evaluation.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

namespace widthwise::trainer {

namespace {

constexpr std::size_t blockSize = 2000; ///< events that are read together
constexpr std::size_t chunkSize = 250;  ///< events that are validated together

std::string resolve(const std::string& path, const std::string& folder)
{
    return (std::filesystem::path(folder) / path).lexically_normal();
}

std::vector<EventRange> blocksOf(const EventRange& events)
{
    std::vector<EventRange> blocks;
    for (std::size_t first = events.first; first < events.first + events.count; first += blockSize) {
        blocks.push_back({first, std::min(blockSize, events.first + events.count - first)});
    }
    return blocks;
}

double bytesOf(const EventFile& file, const EventRange& events)
{
    const auto rows =
        static_cast<double>(file.offsets()[events.first + events.count] - file.offsets()[events.first]);
    const double perRow = sizeof(ElementRow) + (file.hasCandidates() ? 2 : 1) * sizeof(TargetRow);
    return rows * perRow + static_cast<double>(events.count * (sizeof(std::int64_t) + sizeof(float)));
}

void append(EventSample& sample, const EventSample& more)
{
    const std::int64_t first = sample.offsets.back();
    for (std::size_t event = 0; event < more.size(); ++event) {
        sample.offsets.push_back(first + more.offsets[event + 1]);
    }
    const auto join = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    join(sample.elements, more.elements);
    join(sample.targets, more.targets);
    join(sample.candidates, more.candidates);
    join(sample.met, more.met);
}

std::vector<std::uint32_t> range(std::size_t first, std::size_t count)
{
    std::vector<std::uint32_t> events(count);
    std::iota(events.begin(), events.end(), static_cast<std::uint32_t>(first));
    return events;
}

} // namespace

EventFiles eventFiles(const Settings& settings, const std::string& folder)
{
    if (const std::string refusal = dataRule().refusal(settings); !refusal.empty()) {
        throw InputError(refusal);
    }
    EventFiles files{.training = resolve(settings.data, folder)};
    std::size_t events = EventFile(files.training).size();
    if (const std::int64_t most = settings.of<EventSettings>().events; most > 0) {
        events = std::min(events, static_cast<std::size_t>(most));
    }
    if (!settings.validationData.empty()) {
        files.trainingEvents.count = events;
        files.validation = resolve(settings.validationData, folder);
        files.validationEvents.count = EventFile(files.validation).size();
    } else {
        const auto kept =
            static_cast<std::size_t>(std::lround(settings.validationFraction * static_cast<double>(events)));
        files.trainingEvents.count = events - kept;
        files.validation = files.training;
        files.validationEvents = {events - kept, kept};
    }
    if (files.validationEvents.count == 0) {
        throw InputError(files.validation + ": no events left for validation");
    }
    return files;
}

FlowData::FlowData(const DataRequest& request)
    : m_files(eventFiles(request.settings, request.folder)), m_training(m_files.training),
      m_betweenBlocks(request.betweenBlocks), m_slice(request.slice),
      m_batchSize(static_cast<std::size_t>(request.settings.batchSize)),
      m_blocks(blocksOf(m_files.trainingEvents))
{
    const Settings& settings = request.settings;
    if (m_batchSize * static_cast<std::size_t>(m_slice.count) > m_files.trainingEvents.count) {
        const std::string workers =
            m_slice.count > 1 ? " of each of " + std::to_string(m_slice.count) + " workers" : "";
        throw InputError("batch_size " + std::to_string(m_batchSize) + workers + " is more than the " +
                         std::to_string(m_files.trainingEvents.count) + " training events in " +
                         m_files.training);
    }
    const double share = settings.memoryGb * 1e9 / bytesOf(m_training, m_files.trainingEvents);
    const auto blocks = static_cast<double>(m_blocks.size());
    const auto perWindow = static_cast<std::size_t>(std::clamp(share * blocks, 1.0, blocks));
    std::vector<std::size_t> counts;
    std::ranges::transform(m_blocks, std::back_inserter(counts), &EventRange::count);
    m_shuffle.emplace(std::move(counts), perWindow, static_cast<std::uint64_t>(settings.seed));

    ElementMeter meter;
    for (std::size_t block = 0; block < m_blocks.size(); ++block) {
        if (m_shuffle->isStreamed()) {
            load(std::span(&block, 1));
            meter.add(m_sample);
        }
    }
    if (!m_shuffle->isStreamed()) {
        std::vector<std::size_t> all(m_blocks.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        load(all);
        meter.add(m_sample);
    }
    if (settings.of<EventSettings>().standardize) {
        m_scaling = meter.result();
    }
    const EventFile validation(m_files.validation);
    const auto [first, count] = m_files.validationEvents;
    m_validation = validation.read(first, count);
    if (validation.hasGenJets()) {
        m_validationJets = validation.readGenJets(first, count);
    }
}

/// Reads the blocks unless they are in memory.
void FlowData::load(std::span<const std::size_t> blocks)
{
    if (std::ranges::equal(m_loaded, blocks)) {
        return;
    }
    m_sample = {};
    for (const std::size_t block : blocks) {
        if (m_betweenBlocks) {
            m_betweenBlocks();
        }
        append(m_sample, m_training.read(m_blocks[block].first, m_blocks[block].count));
    }
    m_loaded.assign(blocks.begin(), blocks.end());
}

std::int64_t FlowData::stepsPerEpoch() const
{
    return static_cast<std::int64_t>(m_shuffle->size() / m_batchSize) / m_slice.count;
}

Batch FlowData::batch(std::int64_t step)
{
    const std::int64_t inEpoch = step % stepsPerEpoch();
    auto place = static_cast<std::size_t>(inEpoch * m_slice.count + m_slice.index) * m_batchSize;
    const std::size_t end = place + m_batchSize;
    FlowBatch batch;
    while (place < end) {
        const BlockShuffle::Part part = m_shuffle->part(step / stepsPerEpoch(), place, end - place);
        load(part.blocks);
        gatherEvents(m_sample, part.samples, m_scaling, batch);
        place += part.samples.size();
    }
    return batch;
}

Batch FlowData::fixedBatch()
{
    const std::size_t first = static_cast<std::size_t>(m_slice.index) * m_batchSize;
    FlowBatch batch;
    gatherEvents(m_training.read(first, m_batchSize), range(0, m_batchSize), m_scaling, batch);
    return batch;
}

std::size_t FlowData::validationChunks() const
{
    return (m_validation.size() + chunkSize - 1) / chunkSize;
}

Batch FlowData::validationChunk(std::size_t chunk) const
{
    const std::size_t first = chunk * chunkSize;
    FlowBatch batch;
    gatherEvents(m_validation, range(first, std::min(chunkSize, m_validation.size() - first)), m_scaling,
                 batch);
    return batch;
}

Metrics FlowData::evaluate(Predictor& network) const
{
    return flowMetrics(evaluateFlow(network, m_validation, m_validationJets, m_scaling));
}

void FlowData::writeSideFiles(const std::string& folder) const
{
    writeElementScaling(folder + "/" + elementScalingFile, m_scaling);
}

std::string FlowData::summary() const
{
    return std::to_string(m_shuffle->size()) + " events for training" +
           (m_shuffle->isStreamed() ? ", streamed, " : ", ") + std::to_string(m_validation.size()) +
           " for validation" + (m_training.isToy() ? "; toy simulation" : "");
}

} // namespace widthwise::trainer
