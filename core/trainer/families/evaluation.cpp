// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/evaluation.h"
#include "core/trainer/compute/prepare_compute.h"

#include "core/analysis/discriminants.h"
#include "core/trainer/engine/checkpoint.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/salt_files.h"
#include "core/trainer/families/jets/score_writer.h"
#include "core/trainer/families/jets/training_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <ostream>

namespace widthwise::trainer {

namespace {

template <typename Real>
void appendSoftmax(std::span<const Real> logits, std::vector<float>& probabilities)
{
    const Real highest = *std::ranges::max_element(logits);
    double sum = 0;
    for (const Real logit : logits) {
        sum += std::exp(static_cast<double>(logit - highest));
    }
    for (const Real logit : logits) {
        probabilities.push_back(static_cast<float>(std::exp(static_cast<double>(logit - highest)) / sum));
    }
}

SampleRequest sampleOf(const EvaluationRequest& request)
{
    SampleRequest sample;
    if (request.data.empty()) {
        sample = sampleRequests(request.settings, request.dataDirectory).validation;
        sample.origins = sample.vertices = false;
    } else {
        sample.path = request.data;
        sample.jetVariables = request.settings.jetVariables;
        sample.trackVariables = request.settings.trackVariables;
        sample.count = countJets(request.data);
    }
    sample.classes = classNames(request.settings, request.dataDirectory);
    return sample;
}

template <typename Real>
void restore(Network<Real>& network, const EvaluationRequest& request, std::ostream& notices)
{
    const Checkpoint checkpoint = loadCheckpoint(request.checkpoint);
    const std::span<Real> values = network.values();
    if (checkpoint.values.size() != values.size_bytes()) {
        throw InputError(request.checkpoint + ": the checkpoint is of another model or precision");
    }
    std::ranges::copy(checkpoint.values, std::as_writable_bytes(values).begin());
    for (const SettingChange& change : changes(parseSettings(checkpoint.settings), request.settings)) {
        notices << "notice: " << change.key << " was " << change.before << " in the training and is "
                << change.after << " now\n";
    }
}

template <typename Real>
JetScores evaluateIn(const EvaluationRequest& request, std::ostream& notices)
{
    SampleRequest part = sampleOf(request);
    JetScores scores{.classes = part.classes, .probabilities = {}, .labels = {}};
    Network<Real> network(request.settings, std::ssize(part.classes), backendOf(request.settings));
    restore(network, request, notices);

    const std::vector<Block> blocks = blocksOf(part);
    const std::size_t jets =
        std::accumulate(blocks.begin(), blocks.end(), std::size_t{0},
                        [](std::size_t sum, const Block& block) { return sum + block.jets; });
    if (jets == 0) {
        throw InputError(part.path + ": no jets to evaluate");
    }
    std::optional<ScoreWriter> writer;
    if (!request.scores.empty()) {
        writer.emplace(request.scores, part.path, request.name, part.classes, jets);
    }
    const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    std::optional<Normalization> normalization;
    NormalizationMeter meter;
    for (const Block& block : blocks) {
        part.first = block.first;
        part.count = block.rows;
        JetSample sample = readJets(part);
        if (!normalization) {
            normalization = readNormDict(request.normDict, sample);
        }
        meter.add(sample);
        normalize(sample, *normalization);
        const JetScores ofBlock = scoresOf(network, sample);
        if (writer) {
            writer->write(sample, ofBlock.probabilities);
        }
        add(scores.probabilities, ofBlock.probabilities);
        add(scores.labels, ofBlock.labels);
    }
    if (writer) {
        writer->finish();
    }
    reportLostValues(notices, meter.lost());
    return scores;
}

} // namespace

template <typename Real>
JetScores scoresOf(Network<Real>& network, const JetSample& sample)
{
    constexpr std::size_t most = 1000;
    const std::size_t classes = sample.classes.size();
    std::vector<std::uint32_t> jets(sample.size());
    std::iota(jets.begin(), jets.end(), 0U);
    JetScores scores{.classes = sample.classes, .probabilities = {}, .labels = sample.labels};
    scores.probabilities.reserve(jets.size() * classes);
    for (std::size_t first = 0; first < jets.size(); first += most) {
        Batch batch = gather(sample, std::span(jets).subspan(first, std::min(most, jets.size() - first)));
        const std::vector<Real> logits = network.logits(batch);
        for (std::size_t at = 0; at < logits.size(); at += classes) {
            appendSoftmax(std::span(logits).subspan(at, classes), scores.probabilities);
        }
    }
    return scores;
}

template JetScores scoresOf(Network<float>&, const JetSample&);
template JetScores scoresOf(Network<double>&, const JetSample&);

JetScores evaluate(const EvaluationRequest& request, std::ostream& notices)
{
    prepareCompute(request.settings.threads);
    return request.settings.precision == Precision::Float64 ? evaluateIn<double>(request, notices)
                                                            : evaluateIn<float>(request, notices);
}

Metrics headlines(const JetScores& scores)
{
    const auto place = [&](const char* flavour) {
        return static_cast<std::size_t>(std::ranges::find(scores.classes, flavour) - scores.classes.begin());
    };
    const std::size_t count = scores.classes.size();
    const std::size_t b = place("bjets");
    if (b == count) {
        return {};
    }
    constexpr double efficiency = 0.7;
    const TaggerPerformance performance(scores.probabilities, scores.labels, b,
                                        flavourFractions(scores.classes, "bjets"));
    Metrics metrics;
    for (const auto& [flavour, name] : {std::pair("cjets", "c"), std::pair("ujets", "light")}) {
        if (const std::size_t background = place(flavour); background != count) {
            metrics.emplace_back("evaluation/" + std::string(name) + "_rejection_70",
                                 performance.rejection(efficiency, background).value);
        }
    }
    return metrics;
}

} // namespace widthwise::trainer
