// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/targets.h"

#include <array>

namespace widthwise::fuzz {

std::span<const NamedTarget> targets()
{
    static constexpr std::array table{
        NamedTarget{"command_template", commandTemplate},
        NamedTarget{"csv_file", csvFile},
        NamedTarget{"exchange", exchange},
        NamedTarget{"experiment_file", experimentFile},
        NamedTarget{"file_values", fileValues},
#ifdef WIDTHWISE_FUZZ_HDF5
        NamedTarget{"hdf5_file", hdf5File},
#endif
        NamedTarget{"json_lines", jsonLines},
        NamedTarget{"line_pattern", linePattern},
        NamedTarget{"lzf_block", lzfBlock},
        NamedTarget{"site_file", siteFile},
        NamedTarget{"slurm_answers", slurmAnswers},
        NamedTarget{"text_lines", textLines},
    };
    return table;
}

} // namespace widthwise::fuzz
