// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_scores.h"

#include "core/analysis/discriminants.h"
#include "core/trainer/compute/prepare_compute.h"
#include "core/trainer/engine/trained_network.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_tasks.h"
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

/// Of `logits` [jets, classes], of each jet.
template <typename Real>
void appendSoftmax(const std::vector<Real>& logits, std::size_t classes, std::vector<float>& probabilities)
{
    for (std::size_t at = 0; at < logits.size(); at += classes) {
        appendSoftmax(std::span(logits).subspan(at, classes), probabilities);
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
        sample.jetVariables = request.settings.of<JetSettings>().jetVariables;
        sample.trackVariables = request.settings.of<JetSettings>().trackVariables;
        sample.count = countJets(request.data);
    }
    sample.classes = classNames(request.settings, request.dataDirectory);
    return sample;
}

} // namespace

JetScores scoresOf(Predictor& network, const JetSample& sample)
{
    constexpr std::size_t most = 1000;
    std::vector<std::uint32_t> jets(sample.size());
    std::iota(jets.begin(), jets.end(), 0U);
    JetScores scores{.classes = sample.classes, .probabilities = {}, .labels = sample.labels};
    scores.probabilities.reserve(jets.size() * sample.classes.size());
    for (std::size_t first = 0; first < jets.size(); first += most) {
        const Batch batch =
            gather(sample, std::span(jets).subspan(first, std::min(most, jets.size() - first)));
        const Values logits = network.outputs(batch).front();
        std::visit(
            [&](const auto& values) { appendSoftmax(values, sample.classes.size(), scores.probabilities); },
            logits);
    }
    return scores;
}

JetScores scoresOf(const Family& family, const EvaluationRequest& request, const ScoreFile& file,
                   std::ostream& notices)
{
    prepareCompute(request.settings.threads);
    SampleRequest part = sampleOf(request);
    JetScores scores{.classes = part.classes, .probabilities = {}, .labels = {}};
    const auto network = trainedNetwork(family, request.settings, {{classesSize, std::ssize(part.classes)}},
                                        request.checkpoint, notices);

    const std::vector<Block> blocks = blocksOf(part);
    const std::size_t jets =
        std::accumulate(blocks.begin(), blocks.end(), std::size_t{0},
                        [](std::size_t sum, const Block& block) { return sum + block.jets; });
    if (jets == 0) {
        throw InputError(part.path + ": no jets to evaluate");
    }
    std::optional<ScoreWriter> writer;
    if (!file.path.empty()) {
        writer.emplace(file.path, part.path, file.name, part.classes, jets);
    }
    const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    std::optional<Normalization> normalization;
    NormalizationMeter meter;
    for (const Block& block : blocks) {
        part.first = block.first;
        part.count = block.rows;
        JetSample sample = readJets(part);
        if (!normalization) {
            normalization = readNormDict(request.trialDirectory + "/norm_dict.yaml", sample);
        }
        meter.add(sample);
        normalize(sample, *normalization);
        const JetScores ofBlock = scoresOf(*network, sample);
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
