// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/training_data.h"

#include "core/trainer/error.h"
#include "core/trainer/random_stream.h"

#include <cmath>
#include <filesystem>
#include <ostream>

namespace widthwise::trainer {

namespace {

std::string resolve(const std::string& path, const std::string& folder)
{
    return (std::filesystem::path(folder) / path).lexically_normal();
}

std::string dataFile(const Settings& settings, const std::string& folder)
{
    if (settings.data.empty()) {
        throw InputError(
            "data is missing: name the HDF5 file with the jets (widthwise-trainer simulate makes one)");
    }
    return resolve(settings.data, folder);
}

} // namespace

std::vector<std::string> classNames(const Settings& settings, const std::string& folder)
{
    return settings.classes.empty() ? flavoursOf(dataFile(settings, folder)) : settings.classes;
}

TrainingData loadData(const Settings& settings, const std::string& folder, std::ostream& notices)
{
    SampleRequest request{.path = dataFile(settings, folder),
                          .jetVariables = settings.jetVariables,
                          .trackVariables = settings.trackVariables,
                          .classes = settings.classes,
                          .first = 0,
                          .count = countJets(request.path),
                          .origins = settings.originTask,
                          .vertices = settings.vertexTask};
    if (settings.jets > 0) {
        request.count = std::min(request.count, static_cast<std::size_t>(settings.jets));
    }

    TrainingData data;
    if (settings.validationData.empty()) {
        const auto all = request.count;
        request.count = all - static_cast<std::size_t>(
                                  std::lround(settings.validationFraction * static_cast<double>(all)));
        data.training = readJets(request);
        request.first = request.count;
        request.count = all - request.count;
        data.validation = readJets(request);
    } else {
        data.training = readJets(request);
        request.path = resolve(settings.validationData, folder);
        request.count = countJets(request.path);
        data.validation = readJets(request);
    }
    if (data.training.size() == 0 || data.validation.size() == 0) {
        throw InputError(request.path + ": no jets left for " +
                         (data.training.size() == 0 ? "training" : "validation"));
    }
    if (data.validation.classes != data.training.classes) {
        throw InputError(request.path + ": its classes are not those of " + settings.data);
    }

    const Normalization normalization =
        settings.normDict.empty() ? measureNormalization(data.training)
                                  : readNormalization(resolve(settings.normDict, folder), data.training);
    const std::size_t lost =
        normalize(data.training, normalization) + normalize(data.validation, normalization);
    if (lost > 0) {
        notices << "notice: " << lost
                << " input values of valid tracks or jets are not finite; each counts as the mean\n";
    }
    return data;
}

BatchOrder::BatchOrder(std::size_t jets, std::int64_t batchSize, std::int64_t seed)
    : m_jets(jets), m_batchSize(batchSize), m_seed(seed),
      m_stepsPerEpoch(static_cast<std::int64_t>(jets) / batchSize)
{
    if (m_stepsPerEpoch == 0) {
        throw InputError("batch_size " + std::to_string(batchSize) + " is more than the " +
                         std::to_string(jets) + " training jets");
    }
}

std::span<const std::uint32_t> BatchOrder::batch(std::int64_t step)
{
    if (const std::int64_t epoch = step / m_stepsPerEpoch; epoch != m_epoch) {
        m_order = shuffled(static_cast<std::uint32_t>(m_jets), static_cast<std::uint64_t>(m_seed),
                           streamOf("order", static_cast<std::uint64_t>(epoch)));
        m_epoch = epoch;
    }
    const auto size = static_cast<std::size_t>(m_batchSize);
    return std::span(m_order).subspan(static_cast<std::size_t>(step % m_stepsPerEpoch) * size, size);
}

} // namespace widthwise::trainer
