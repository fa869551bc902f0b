// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/evaluate.h"

#include "app/trainer/arguments.h"
#include "app/trainer/configuration.h"
#include "core/analysis/discriminants.h"
#include "core/trainer/error.h"
#include "core/trainer/families/evaluation.h"
#include "core/trainer/families/jets/training_data.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array workingPoints{0.60, 0.70, 0.77, 0.85};

/// The signals of the discriminants, and the options that change the fractions of flavours in them.
const std::map<std::string, std::map<std::string, std::string>> fractionOptions{
    {"bjets", {{"cjets", "--fc"}, {"taujets", "--ftau"}}},
    {"cjets", {{"bjets", "--fb"}, {"taujets", "--ftau-c"}}},
};

struct Discriminant {
    std::string signal;
    std::vector<double> fractions; ///< of each class
};

EvaluationRequest requestOf(const Arguments& arguments)
{
    const std::string config = arguments.text("--config");
    const std::string trial = trialDirectory(config);
    return {.settings = readSettings(config),
            .dataDirectory = dataDirectory(config),
            .checkpoint = arguments.text("--checkpoint", trial + "/checkpoint.pt"),
            .normDict = trial + "/norm_dict.yaml",
            .data = arguments.text("--data", ""),
            .scores = arguments.text("--scores", ""),
            .name = arguments.text("--name", "GN2")};
}

std::vector<Discriminant> discriminantsOf(const Arguments& arguments, const std::vector<std::string>& classes)
{
    std::vector<Discriminant> discriminants;
    for (const auto& [signal, options] : fractionOptions) {
        if (std::ranges::find(classes, signal) == classes.end()) {
            continue;
        }
        std::map<std::string, double> given;
        for (const auto& [flavour, option] : options) {
            if (const std::optional<double> fraction = arguments.fraction(option)) {
                given[flavour] = *fraction;
            }
        }
        try {
            discriminants.push_back({signal, flavourFractions(classes, signal, given)});
        } catch (const std::invalid_argument& error) {
            throw InputError(error.what());
        }
    }
    return discriminants;
}

/// JSON has no infinity: null stands for a rejection of which no jet is left to tell.
Json numberOrNull(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

Json rejectionsAt(double efficiency, const TaggerPerformance& performance,
                  const std::vector<std::string>& classes, const std::string& signal)
{
    Json rejections = Json::object();
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (classes[i] != signal && performance.jets(i) > 0) {
            const Measured rejection = performance.rejection(efficiency, i);
            rejections[classes[i]] = {{"value", numberOrNull(rejection.value)},
                                      {"error", numberOrNull(rejection.error)}};
        }
    }
    return {{"efficiency", efficiency}, {"cut", performance.cut(efficiency)}, {"rejections", rejections}};
}

/// Null where the sample has none of the signal.
Json describe(const Discriminant& discriminant, const JetScores& scores)
{
    const auto& classes = scores.classes;
    const auto signal =
        static_cast<std::size_t>(std::ranges::find(classes, discriminant.signal) - classes.begin());
    const TaggerPerformance performance(scores.probabilities, scores.labels, signal, discriminant.fractions);
    if (performance.jets(signal) == 0) {
        return {};
    }
    Json fractions = Json::object();
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (i != signal) {
            fractions["f" + flavourStem(classes[i])] = discriminant.fractions[i];
        }
    }
    Json points = Json::array();
    for (const double efficiency : workingPoints) {
        points.push_back(rejectionsAt(efficiency, performance, classes, discriminant.signal));
    }
    Json roc = Json::array();
    for (int percent = 20; percent < 100; ++percent) {
        roc.push_back(rejectionsAt(percent / 100.0, performance, classes, discriminant.signal));
    }
    return {{"fractions", fractions}, {"working_points", points}, {"roc", roc}};
}

Json describe(const std::vector<Discriminant>& discriminants, const JetScores& scores)
{
    const auto matrix = confusionMatrix(scores.probabilities, scores.labels, scores.classes.size());
    std::size_t correct = 0;
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        correct += matrix[i][i];
    }
    Json described = Json::object();
    for (const Discriminant& discriminant : discriminants) {
        if (Json json = describe(discriminant, scores); !json.is_null()) {
            described["D_" + flavourStem(discriminant.signal)] = std::move(json);
        }
    }
    return {{"jets", scores.labels.size()},
            {"classes", scores.classes},
            {"accuracy", static_cast<double>(correct) / static_cast<double>(scores.labels.size())},
            {"confusion", matrix},
            {"discriminants", described}};
}

std::string withError(const Json& measured)
{
    if (measured["value"].is_null()) {
        return "no jet left";
    }
    const double error = measured["error"].get<double>();
    const int decimals =
        error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6) : 0;
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << measured["value"].get<double>() << " ± " << error;
    return text.str();
}

/// std::setw counts bytes, not characters.
std::string padded(const std::string& text, std::size_t width)
{
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    return std::string(width > characters ? width - characters : 0, ' ') + text;
}

void printDiscriminant(const std::string& name, const Json& discriminant)
{
    constexpr std::size_t column = 18;
    std::cout << "\n" << name << " with";
    for (const auto& [fraction, value] : discriminant["fractions"].items()) {
        std::cout << " " << fraction << " = " << value.get<double>();
    }
    std::cout << "\n" << padded("efficiency", 12) << padded("cut", 10);
    for (const auto& [flavour, value] : discriminant["working_points"][0]["rejections"].items()) {
        std::cout << padded(flavour + " rejected", column);
    }
    std::cout << "\n";
    for (const Json& point : discriminant["working_points"]) {
        std::ostringstream cut;
        cut << std::fixed << std::setprecision(3) << point["cut"].get<double>();
        std::cout << padded(std::to_string(std::lround(100 * point["efficiency"].get<double>())) + " %", 12)
                  << padded(cut.str(), 10);
        for (const Json& rejection : point["rejections"]) {
            std::cout << padded(withError(rejection), column);
        }
        std::cout << "\n";
    }
}

void print(const Json& json)
{
    constexpr std::size_t column = 12;
    std::cout << json["jets"] << " jets, " << std::setprecision(4) << 100 * json["accuracy"].get<double>()
              << " % of them most probably what they are\n\n"
              << padded("true class", column) << "  taken for, in %\n"
              << padded("", column);
    for (const Json& flavour : json["classes"]) {
        std::cout << padded(flavour.get<std::string>(), column);
    }
    std::cout << "\n";
    for (std::size_t i = 0; i < json["classes"].size(); ++i) {
        const auto row = json["confusion"][i].get<std::vector<double>>();
        const double all = std::max(1.0, std::accumulate(row.begin(), row.end(), 0.0));
        std::cout << padded(json["classes"][i].get<std::string>(), column);
        for (const double count : row) {
            std::ostringstream percent;
            percent << std::fixed << std::setprecision(1) << 100 * count / all;
            std::cout << padded(percent.str(), column);
        }
        std::cout << "\n";
    }
    for (const auto& [name, discriminant] : json["discriminants"].items()) {
        printDiscriminant(name, discriminant);
    }
}

} // namespace

void runEvaluate(const std::vector<std::string>& words)
{
    const Arguments arguments(
        words,
        {"--config", "--checkpoint", "--data", "--scores", "--name", "--fc", "--ftau", "--fb", "--ftau-c"},
        {"--json"});
    const EvaluationRequest request = requestOf(arguments);
    const std::vector<Discriminant> discriminants =
        discriminantsOf(arguments, classNames(request.settings, request.dataDirectory));
    const Json json = describe(discriminants, evaluate(request, std::cerr));
    if (arguments.has("--json")) {
        std::cout << json.dump(2) << "\n";
    } else {
        print(json);
    }
}

} // namespace widthwise::trainer
