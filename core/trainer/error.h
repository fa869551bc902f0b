// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace widthwise::trainer {

/// Settings or data that a person has to fix; the text is one sentence that names the place. Exit code 2.
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace widthwise::trainer
