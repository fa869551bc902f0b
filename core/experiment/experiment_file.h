// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// One thing wrong in an experiment file. Lines and columns count from 1; 0 where the place is unknown.
struct FileProblem {
    int line = 0;
    int column = 0;
    std::string key; ///< dotted path of the offending key, e.g. `space.max_lr.scale`
    std::string
        message; ///< what is wrong and what was expected, with the nearest valid key where one is near

    /// `file.yaml:12:5: space.max_lr.scale: expected linear or log, got "lgo" (did you mean "log"?)`
    std::string toText(std::string_view file) const;
};

class ExperimentFileError : public std::runtime_error {
public:
    explicit ExperimentFileError(std::vector<FileProblem> problems);
    const std::vector<FileProblem>& problems() const { return m_problems; }

private:
    std::vector<FileProblem> m_problems;
};

/// What could be read of an experiment file.
struct ExperimentReading {
    /// What has problems keeps its default, and bounds that contradict one another stay as written; empty for
    /// text that is no YAML.
    std::optional<Experiment> experiment;
    std::vector<FileProblem> problems; ///< in the order of the text
};
ExperimentReading readExperiment(std::string_view yaml);

/// Reads an experiment file's text and reports all of its problems at once. Throws ExperimentFileError.
Experiment parseExperiment(std::string_view yaml);

/// The experiment as YAML text; parseExperiment of it gives the same experiment.
std::string toYaml(const Experiment& experiment);

/// The section `earlier:` of an experiment's text.
std::string toYaml(const std::vector<EarlierTrial>& trials);

/// `yaml` with its `space:` section replaced by `space`; everything else, comments included, stays to the
/// letter, and so does the text of every parameter that did not change.
std::string withSpace(std::string_view yaml, const SearchSpace& space);

/// What is in the file that a person edits by hand and a program must not rewrite: throws ExperimentFileError
/// naming `path` where it cannot be read.
std::string readTextFile(const std::string& path);

} // namespace widthwise
