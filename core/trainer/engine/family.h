// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/family_facts.h"
#include "core/models/settings.h"
#include "core/trainer/engine/data_source.h"
#include "core/trainer/engine/loss_terms.h"
#include "core/trainer/engine/metrics_log.h"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

class Model;
struct ModelContext;

struct EvaluationRequest {
    Settings settings;
    std::string dataDirectory;  ///< what relative paths in the settings are relative to
    std::string trialDirectory; ///< where the side files of the training are
    std::string checkpoint;
    std::string data; ///< what is evaluated; empty: the validation samples of the settings
    std::map<std::string, std::string> options = {}; ///< some of Family::evaluationOptions
};

/// What an evaluation found, for programs and for people.
struct Report {
    std::string json;
    std::string text;
};

/// An option of `widthwise-trainer evaluate` or `simulate`, with what follows it: `--fc`, `X`.
struct FamilyOption {
    std::string name;
    std::string value;
};

struct ToyRequest {
    std::string path;
    std::uint64_t samples = 0;
    std::uint64_t seed = 1;
    std::map<std::string, std::string> options = {}; ///< some of Family::simulationOptions
};

/// A kind of model with all that goes with it. The engine trains any of them and knows none;
/// families/registry.h lists them.
class Family {
public:
    explicit Family(const FamilyFacts& facts) : m_facts(facts) {}
    virtual ~Family() = default;

    /// What is known of it without LibTorch: its name, the layout of its models.
    const FamilyFacts& facts() const { return m_facts; }

    /// The settings with what they leave to files beside the data. Throws InputError.
    virtual Settings completed(Settings settings, const std::string& folder) const;
    /// Throws InputError.
    virtual DataSizes sizes(const Settings& settings, const std::string& folder) const = 0;
    virtual std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes& sizes,
                                             const ModelContext& context) const = 0;

    virtual std::vector<LossTerm> terms(const Settings& settings) const = 0;
    /// What a validation reports: as `val/loss`, `val/accuracy` of the first term, and, of several terms,
    /// `val/TERM_loss` and `val/TERM_accuracy`.
    virtual Metrics metrics(std::span<const LossTerm> terms, std::span<const TermResult> results) const;

    /// Throws InputError.
    virtual std::unique_ptr<DataSource> open(const DataRequest& request) const = 0;

    virtual std::vector<FamilyOption> evaluationOptions() const { return {}; }
    /// Runs a trained model over data. Throws InputError.
    virtual Report evaluate(const EvaluationRequest& request, std::ostream& notices) const = 0;

    /// What a sample is called, in the plural: `jets`.
    virtual std::string_view samples() const = 0;
    virtual std::vector<FamilyOption> simulationOptions() const { return {}; }
    /// Writes samples of the family's toy simulation. Throws InputError.
    virtual void simulate(const ToyRequest& request) const = 0;

private:
    const FamilyFacts& m_facts;
};

} // namespace widthwise::trainer
