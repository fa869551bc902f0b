// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"

namespace widthwise::trainer {

/// Where scores go, and the fractions of flavours in the discriminants D_b and D_c.
std::vector<FamilyOption> jetReportOptions();

/// Accuracy, confusions, and what each discriminant rejects at which efficiency, of a trained network of
/// `family`. Throws InputError.
Report jetReport(const Family& family, const EvaluationRequest& request, std::ostream& notices);

} // namespace widthwise::trainer
