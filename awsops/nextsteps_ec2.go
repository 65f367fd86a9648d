package awsops

// nextsteps_ec2.go: what a person can do when EC2 refuses because of an instance, a
// network, a group, a key pair, an address, or a quota.

// launchRemedies are about what an instance is launched with, and its states.
func launchRemedies() []remedy {
	return []remedy{
		{"InsufficientInstanceCapacity", "AWS has no machine of this type free in this zone: try again in some minutes, or amend the plan to another subnet"},
		{"InsufficientCapacity", "AWS has nothing of this kind free here: try again in some minutes, or amend the plan to another zone"},
		{"InsufficientHostCapacity", "the dedicated host has no room: choose another one, or try again in some minutes"},
		{"InsufficientReservedInstanceCapacity", "AWS has no reserved machine free: try again in some minutes"},
		{"InsufficientVolumeCapacity", "AWS has no room for the volume in this zone: try again in some minutes, or amend the plan to another subnet"},
		{"IdempotentParameterMismatch", "this very launch was asked for before with other parameters: look at the account, then start a new attempt"},
		{"IdempotentInstanceTerminated", "the instance of this attempt was terminated and cannot come back: start a new attempt"},
		{"InvalidAMIID.NotFound", "there is no such image here: check its id and region, and that its owner has shared it with this account"},
		{"InvalidAMIID.Malformed", "this is no image id: it is ami- and 8 or 17 hexadecimal digits; amend the plan"},
		{"InvalidAMIID.Unavailable", "the image is not ready or was withdrawn: ask its owner, then amend the plan"},
		{"InvalidAMIID.NotSupported", "the image cannot be used for this: ask its owner for another one"},
		{"InvalidBlockDeviceMapping", "the planned volume does not fit the image: it must be at least as large as the image's snapshot; amend its size or type"},
		{"InvalidSnapshot.NotFound", "the image's snapshot is gone: ask its owner to make the image again"},
		{"EncryptedVolumesNotSupported", "this instance type takes no encrypted volume: amend the type or the encryption"},
		{"InvalidKMSKey.InvalidState", "the key that encrypts the image's snapshot is disabled: ask its owner to enable it"},
		{"InvalidInstanceType", "there is no such instance type here: check its name, or amend the plan"},
		{"InvalidInstanceAttributeValue", "the instance cannot have this value: compare type and image, amend the plan"},
		{"InstanceCreditSpecification.NotSupported", "this type has no CPU credits: amend the plan"},
		{"InvalidInterface.IpAddressLimitExceeded", "the network interface has as many addresses as it may: take one off, then try again"},
		{"InvalidUserData.Malformed", "the start-up text of the instance is damaged: tell the authors of tminus, with the request id"},
		{"Unsupported", "this type, image, zone or setting do not go together: read which in the message, amend the plan"},
		{"UnsupportedOperation", "what this is done to does not allow it: read why in the message; an instance without EBS root cannot be stopped"},
		{"UnsupportedHibernationConfiguration", "the instance cannot hibernate: stop it in the console"},
		{"InsufficientFreeAddressesInSubnet", "the subnet has no free address: amend the plan to another subnet, or end what is not needed there"},
		{"VolumeTypeNotAvailableInZone", "this zone does not have the planned type of volume: amend the volume or the subnet"},
		{"TagPolicyViolation", "the organization's tag policy does not allow our tags: ask the owner of the account to allow the tags change, Name and tminus:*"},
		{"InvalidTagKey.Malformed", "the organization reserves a tag key: tell the authors of tminus, with the request id"},
		{"OperationNotPermitted", "it is protected, for instance against termination or stopping: lift the protection in the console, then try again"},
		{"IncorrectInstanceState", "the instance is on its way to another state: wait until it has settled, then try again"},
		{"IncorrectState", "it is on its way to another state: wait until it has settled, then try again"},
		{"InvalidInstanceID.NotFound", "there is no such instance here: check its id, the account and the region"},
		{"InvalidInstanceID.Malformed", "this is no instance id: it is i- and 8 or 17 hexadecimal digits; compare it with the console"},
		{"InvalidInstanceID", "the instance is not running or stopped: wait until it is, then try again"},
		{"InvalidState", "its state does not allow this now: look at it in the console, then try again"},
	}
}

// thingRemedies are about everything around an instance.
func thingRemedies() []remedy {
	return []remedy{
		{"InvalidVpcID.NotFound", "there is no such network here: check its id, the account and the region, or amend the plan"},
		{"InvalidVpcID.Malformed", "this is no network id: it begins with vpc-; amend the plan"},
		{"VPCIdNotSpecified", "the account has no default network: name the vpc in the plan"},
		{"DefaultVpcDoesNotExist", "the account's default network was deleted: name a vpc in the plan"},
		{"InvalidSubnetID.NotFound", "there is no such subnet here: check its id, or amend the plan"},
		{"InvalidSubnetID.Malformed", "this is no subnet id: it begins with subnet-; amend the plan"},
		{"InvalidSubnet", "the subnet cannot be used for this: check its network and zone, or amend the plan"},
		{"InvalidSubnet.Conflict", "the subnet does not fit the others: check its network, or amend the plan"},
		{"InvalidRouteTableID.NotFound", "there is no such route table here: check the network's routes in the console"},
		{"Gateway.NotAttached", "the network has no internet gateway, so no public address can work: attach one, or amend the plan to another network"},
		{"InvalidNetworkInterfaceID.NotFound", "the network interface is gone: look at the instance in the console"},
		{"InvalidNetworkInterface.InUse", "the network interface serves something else: look at it in the console"},
		{"InvalidVolume.NotFound", "there is no such volume here: look at the instance in the console"},
		{"InvalidVolumeID.Malformed", "this is no volume id: it begins with vol-; compare it with the console"},
		{"InvalidGroup.NotFound", "there is no such security group here: check its id and its network; one just made may take a minute to be seen"},
		{"InvalidSecurityGroupID.NotFound", "the security group is not in this network: check its id; one just made may take a minute to be seen"},
		{"InvalidGroupId.Malformed", "this is no security group id: it begins with sg-; compare it with the console"},
		{"InvalidSecurityGroupId.Malformed", "this cannot be a security group's id: compare it with the console"},
		{"InvalidGroup.Duplicate", "another security group of the network has this name: look at it in the console, delete it if nobody needs it"},
		{"InvalidGroup.Reserved", "the name is reserved by AWS: the default group can be neither made nor deleted"},
		{"InvalidGroup.InUse", "an instance still uses the security group: end it or give it another group, then try again"},
		{"DependencyViolation", "something still uses it: remove that first, then try again"},
		{"CannotDelete", "AWS never deletes the default security group: leave it"},
		{"InvalidPermission.Duplicate", "the security group has this rule already: look at its rules in the console"},
		{"InvalidPermission.Malformed", "a planned port or source is none that AWS takes: amend the ports of the plan"},
		{"InvalidPermission.NotFound", "the security group does not have this rule: look at its rules in the console"},
		{"InvalidKeyPair.NotFound", "there is no such key pair here: import it, or amend the plan"},
		{"InvalidKeyPair.Duplicate", "another key pair has this name: look at it in the console, delete it if nobody needs it"},
		{"InvalidKeyPair.Format", "the key pair is in a form that EC2 does not take: use ed25519 or RSA"},
		{"InvalidKey.Format", "the public key is in a form that EC2 does not take: use ed25519 or RSA"},
		{"InvalidAllocationID.NotFound", "there is no such Elastic IP here: it was released, or is in another account or region"},
		{"InvalidAllocationID.Malformed", "this is no allocation id: it begins with eipalloc-; compare it with the console"},
		{"InvalidAddress.NotFound", "this address is no Elastic IP of the account here: compare it with the console"},
		{"InvalidAddress.Malformed", "this is no IPv4 address: amend the plan"},
		{"InvalidAddressID.NotFound", "the address's id is not known here: compare it with the console"},
		{"InvalidAddress.Locked", "AWS has locked the address: contact AWS support"},
		{"InvalidAddress.PtrSet", "a reverse DNS name is set for the address: remove that first, then try again"},
		{"InvalidIPAddress.InUse", "the address still serves something: disassociate it first, then try again"},
		{"InvalidAssociationID.NotFound", "the association has ended meanwhile: look who has the address now"},
		{"Resource.AlreadyAssociated", "nothing was moved: find out who uses it before you take it away"},
		{"InsufficientAddressCapacity", "AWS has no address free: try again in some minutes"},
	}
}

// quotaRemedies are about what an account may have at most.
func quotaRemedies() []remedy {
	const more = ", or ask AWS for more in Service Quotas"
	return []remedy{
		{"InstanceLimitExceeded", "the account's quota of instances is used up: end what is not needed" + more},
		{"VcpuLimitExceeded", "the account's quota of vCPUs is used up: end what is not needed" + more},
		{"VolumeLimitExceeded", "the account's quota of volume storage is used up: delete volumes that nobody needs" + more},
		{"MaxIOPSLimitExceeded", "the account's quota of provisioned IOPS is used up: amend the volume" + more},
		{"VolumeIOPSLimit", "a volume cannot have so many IOPS: amend the volume"},
		{"AddressLimitExceeded", "the account's quota of Elastic IPs (5 unless raised) is used up: release one that serves nobody, then try again"},
		{"SecurityGroupLimitExceeded", "the quota of security groups is used up: delete those that nobody uses" + more},
		{"SecurityGroupsPerInstanceLimitExceeded", "the instance would have too many security groups: take one off" + more},
		{"SecurityGroupsPerInterfaceLimitExceeded", "the network interface would have too many security groups: take one off" + more},
		{"RulesPerSecurityGroupLimitExceeded", "the plan has more ports than a security group may have rules: join some in one network" + more},
		{"KeyPairLimitExceeded", "the account's quota of key pairs is used up: delete those that nobody uses" + more},
		{"NetworkInterfaceLimitExceeded", "the account's quota of network interfaces is used up: delete those that nobody uses" + more},
		{"PrivateIpAddressLimitExceeded", "the network interface has as many private addresses as it may: take one off" + more},
		{"TagLimitExceeded", "the resource would have more than 50 tags: take some off"},
		{"ResourceLimitExceeded", "the account has as many of these as it may: delete what nobody needs" + more},
		{"ResourceCountExceeded", "the call asks for more than one may: amend the plan" + more},
	}
}
