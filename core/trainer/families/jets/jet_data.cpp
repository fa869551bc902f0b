// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_data.h"

#include "core/trainer/families/jets/jet_scores.h"
#include "core/trainer/families/jets/salt_files.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace widthwise::trainer {

namespace {

constexpr std::size_t chunkSize = 250;

} // namespace

JetData::JetData(const DataRequest& request)
    : m_data(loadData(request)), m_path(sampleRequests(request.settings, request.folder).training.path)
{
}

std::size_t JetData::validationChunks() const
{
    return (m_data.validation.size() + chunkSize - 1) / chunkSize;
}

Batch JetData::validationChunk(std::size_t chunk) const
{
    const std::size_t first = chunk * chunkSize;
    std::vector<std::uint32_t> jets(std::min(chunkSize, m_data.validation.size() - first));
    std::iota(jets.begin(), jets.end(), static_cast<std::uint32_t>(first));
    return gather(m_data.validation, jets);
}

Metrics JetData::evaluate(Predictor& network) const
{
    return headlines(scoresOf(network, m_data.validation));
}

void JetData::writeSideFiles(const std::string& folder) const
{
    const JetSample& description = m_data.training.description();
    writeNormDict(folder + "/norm_dict.yaml", m_data.normalization, description);
    if (const ClassCounts& counts = m_data.training.counts(); !counts.jets.empty()) {
        writeClassDict(folder + "/class_dict.yaml", counts, description, flavoursOf(m_path));
    }
}

std::string JetData::summary() const
{
    return std::to_string(m_data.training.size()) + " jets for training" +
           (m_data.training.isStreamed() ? ", streamed, " : ", ") + std::to_string(m_data.validation.size()) +
           " for validation";
}

} // namespace widthwise::trainer
