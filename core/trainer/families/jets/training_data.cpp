// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/training_data.h"

#include "core/models/jet_layout.h"
#include "core/models/settings_rules.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_family.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/salt_files.h"

#include <algorithm>
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
    if (const std::string refusal = dataRule().refusal(settings); !refusal.empty()) {
        throw InputError(refusal);
    }
    return resolve(settings.data, folder);
}

void reportLeftOut(std::ostream& notices, const Settings& settings, const std::string& path, std::size_t jets,
                   std::size_t all)
{
    if (jets == 0) {
        return;
    }
    std::string names;
    for (const std::string& flavour : flavoursOf(path)) {
        if (std::ranges::count(settings.of<JetSettings>().classes, flavour) == 0) {
            names += (names.empty() ? "" : ", ") + flavour;
        }
    }
    notices << "notice: " << jets << " of " << all << " jets are of flavours that classes leaves out ("
            << names << "): they are not used\n";
}

} // namespace

std::vector<std::string> classNames(const Settings& settings, const std::string& folder)
{
    const std::vector<std::string>& named = settings.of<JetSettings>().classes;
    return named.empty() ? flavoursOf(dataFile(settings, folder)) : named;
}

Settings withClassWeights(Settings settings, const std::string& folder)
{
    const std::vector<std::string> classes = classNames(settings, folder);
    auto& own = settings.of<JetSettings>();
    if (!own.classDict.empty()) {
        const std::string path = resolve(own.classDict, folder);
        const std::vector<std::string> flavours = flavoursOf(dataFile(settings, folder));
        if (own.classWeights.empty()) {
            const std::vector<double> ofFlavours =
                readClassDict(path, jetsDataset, flavourLabelField, flavours.size());
            for (const std::string& name : classes) {
                const auto flavour = std::ranges::find(flavours, name) - flavours.begin();
                own.classWeights.push_back(
                    flavour < std::ssize(flavours) ? ofFlavours[static_cast<std::size_t>(flavour)] : 1);
            }
        }
        if (jetTasksOf(settings).origins && own.originWeights.empty()) {
            const TrackNames names = trackNamesOf(dataFile(settings, folder));
            own.originWeights = readClassDict(path, names.dataset, names.origin, originCount);
        }
    }
    if (const auto weights = own.classWeights.size(); weights != 0 && weights != classes.size()) {
        throw InputError("class_weights has " + std::to_string(weights) + " numbers for " +
                         std::to_string(classes.size()) + " classes");
    }
    return settings;
}

SampleRequests sampleRequests(const Settings& settings, const std::string& folder)
{
    const JetTasks tasks = jetTasksOf(settings);
    const auto& own = settings.of<JetSettings>();
    SampleRequest training{.path = dataFile(settings, folder),
                           .jetVariables = own.jetVariables,
                           .trackVariables = own.trackVariables,
                           .classes = own.classes,
                           .first = 0,
                           .count = countJets(training.path),
                           .origins = tasks.origins || tasks.vertices, // which weigh pairs too
                           .vertices = tasks.vertices.has_value(),
                           .betweenBlocks = {}};
    if (own.jets > 0) {
        training.count = std::min(training.count, static_cast<std::size_t>(own.jets));
    }
    SampleRequest validation = training;
    if (settings.validationData.empty()) {
        const auto kept = std::lround(settings.validationFraction * static_cast<double>(training.count));
        validation.count = static_cast<std::size_t>(kept);
        training.count -= validation.count;
        validation.first = training.count;
    } else {
        validation.path = resolve(settings.validationData, folder);
        validation.count = countJets(validation.path);
    }
    return {training, validation};
}

TrainingData loadData(const DataRequest& asked)
{
    const Settings& settings = asked.settings;
    auto [request, validation] = sampleRequests(settings, asked.folder);
    request.betweenBlocks = validation.betweenBlocks = asked.betweenBlocks;
    TrainingData data{
        TrainingJets(request, settings.batchSize, settings.seed, settings.memoryGb * 1e9, asked.slice),
        readJets(validation),
        {}};
    const JetSample& description = data.training.description();
    if (data.validation.size() == 0) {
        throw InputError(validation.path + ": no jets left for validation");
    }
    if (data.validation.classes != description.classes) {
        throw InputError(validation.path + ": its classes are not those of " + request.path);
    }
    reportLeftOut(asked.notices, settings, request.path,
                  data.training.leftOut() + validation.count - data.validation.size(),
                  request.count + validation.count);
    NormalizationMeter meter = data.training.survey();
    meter.requireValues();
    const std::string& normDict = settings.of<JetSettings>().normDict;
    data.normalization =
        normDict.empty() ? meter.result() : readNormDict(resolve(normDict, asked.folder), description);
    meter.add(data.validation);
    reportLostValues(asked.notices, meter.lost());
    data.training.normalizeWith(data.normalization);
    normalize(data.validation, data.normalization);
    return data;
}

} // namespace widthwise::trainer
