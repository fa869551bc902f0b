// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/targets.h"

#include <array>

namespace widthwise::fuzz {

std::span<const NamedTarget> targets()
{
    static constexpr std::array table{
        NamedTarget{"experiment_file", experimentFile},
        NamedTarget{"file_values", fileValues},
        NamedTarget{"site_file", siteFile},
        NamedTarget{"slurm_answers", slurmAnswers},
        NamedTarget{"exchange", exchange},
        NamedTarget{"lzf_block", lzfBlock},
#ifdef WIDTHWISE_FUZZ_HDF5
        NamedTarget{"hdf5_file", hdf5File},
#endif
    };
    return table;
}

} // namespace widthwise::fuzz
